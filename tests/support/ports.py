"""Ports of this machine."""

import contextlib
import socket


def free_port() -> int:
    """A port that is free at the moment."""
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as free:
        port: int = free.getsockname()[1]
        return port
