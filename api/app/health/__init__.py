"""Whether the process is alive, takes requests, and reaches its database."""
