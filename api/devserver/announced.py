"""The socket on which another program announces its saves, so that many files cause one reload without delay.

The program connects, sends the line `begin` before it writes the first file and `end` after the last, and gets a line:
`ready` once the new code serves, `failed` once the error page does, `same` if nothing has changed. Between `begin` and
`end`, changes wait. A connection that closes ends its save.
"""

import contextlib
import logging
import socket
from collections.abc import Callable
from pathlib import Path

from devserver.events import Events

LONGEST = 5.0
"""Seconds. A program that announces a save and then hangs blocks the others no longer than this."""
NAME = ".reload.sock"
"""Relative to the folder in which the server was started."""
log = logging.getLogger("uvicorn.error")


class Announced:
    """`on_end` is called when the last save in progress has ended."""

    def __init__(self, place: Path, events: Events, on_end: Callable[[], None]) -> None:
        self._events = events
        self._on_end = on_end
        self._saving: set[socket.socket] = set()
        self._waiting: list[socket.socket] = []
        """Connections whose save has ended, and which wait for the result."""
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.setblocking(False)
        try:
            place.unlink(missing_ok=True)
            self._listener.bind(str(place))
            self._listener.listen()
        except OSError as error:
            log.warning("saves cannot be announced at %s: %s", place, error.strerror or error)
            return
        events.on_readable(self._listener, self._on_readable)

    def read(self) -> bool:
        """Read what has arrived. Returns whether a save is in progress."""
        with contextlib.suppress(BlockingIOError, OSError):
            while True:
                connection = self._listener.accept()[0]
                connection.setblocking(False)
                self._saving.add(connection)
                self._events.on_readable(connection, self._on_readable)
                self._events.after(LONGEST, self._expire, connection)
        for connection in list(self._saving):
            self._read(connection)
        return bool(self._saving)

    def _read(self, connection: socket.socket) -> None:
        try:
            received = connection.recv(64)
        except BlockingIOError:
            return
        except OSError:
            received = b""
        if received and b"end" not in received:
            return
        self._end(connection)

    def _end(self, connection: socket.socket) -> None:
        if connection in self._saving:
            self._events.forget(connection)
            self._saving.discard(connection)
            self._waiting.append(connection)

    def _expire(self, connection: socket.socket) -> None:
        if connection in self._saving:
            self._end(connection)
            self._on_readable()

    def _on_readable(self) -> None:
        if not self.read():
            self._on_end()

    def answer(self, state: str) -> None:
        """Report the result to those that wait."""
        for connection in self._waiting:
            with contextlib.suppress(OSError):
                connection.send(state.encode() + b"\n")
            connection.close()
        self._waiting = []
