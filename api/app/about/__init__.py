"""What this replica is: its version, its pod, and which outside services are stand-ins."""
