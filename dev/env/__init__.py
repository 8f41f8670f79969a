"""What `.env` says: its keys, the services that they name, and the stand-ins for those that they don't."""
