"""The Todo backend: an HTTP API over PostgreSQL."""
