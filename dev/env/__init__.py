"""`.env`: its keys, the services that they name, and stand-ins for the services that it does not name."""
