"""What the backend can do, measured on this machine: see the module for its command."""
