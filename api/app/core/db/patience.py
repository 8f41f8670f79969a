"""How long a request waits for PostgreSQL: a deadline for all its work, and fast failures while it is down.

libpq's own connect_timeout counts per address, and nothing in libpq bounds a query to a server that is frozen
or cut off. psycopg2 lets the program do the waiting (its documented "wait callback"), so the bound is here.
"""

import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg2
from psycopg2 import extensions
from sqlalchemy.exc import InterfaceError, OperationalError

_local = threading.local()
_POLL_EVENTS = {extensions.POLL_READ: select.POLLIN, extensions.POLL_WRITE: select.POLLOUT}
Connection = TypeVar("Connection")


class OutOfTime(psycopg2.OperationalError):
    """The database did not answer before the deadline."""


DATABASE_DOWN = (OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError)
"""The exceptions of an outage. SQLAlchemy wraps only those that its own statements raise."""


@contextmanager
def time_budget(seconds: float) -> Iterator[None]:
    """PostgreSQL work of this thread inside the block takes at most this long. An inner budget only shortens it."""
    outer: float | None = getattr(_local, "deadline", None)
    deadline = time.monotonic() + seconds
    _local.deadline = deadline if outer is None else min(outer, deadline)
    try:
        yield
    finally:
        _local.deadline = outer


def wait_until_deadline(connection: extensions.connection) -> None:
    """psycopg2's wait callback. On a raise from here psycopg2 closes the connection, so the pool drops it."""
    deadline: float | None = getattr(_local, "deadline", None)
    while (state := connection.poll()) != extensions.POLL_OK:
        poller = select.poll()
        poller.register(connection.fileno(), _POLL_EVENTS[state])
        left = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
        if not poller.poll(left):
            raise OutOfTime("no answer from the database in time")


class ConnectGuard:
    """While the database is down, one request at a time tries to connect, after a pause; the others fail immediately.

    Otherwise every worker thread would spend its whole budget on a connection attempt, and requests would queue.
    """

    PAUSE = 0.5  # seconds

    def __init__(self) -> None:
        self._down_since: float | None = None
        self._trying = threading.Lock()

    def note_outage(self) -> None:
        """The database is down."""
        self._down_since = time.monotonic()

    def connect(self, attempt: Callable[[], Connection]) -> Connection:
        """The connection from `attempt`, or psycopg2.OperationalError."""
        if self._down_since is None:
            return self._try(attempt)
        early = time.monotonic() < self._down_since + self.PAUSE
        if early or not self._trying.acquire(blocking=False):
            raise psycopg2.OperationalError("the database was down a moment ago")
        try:
            return self._try(attempt)
        finally:
            self._trying.release()

    def _try(self, attempt: Callable[[], Connection]) -> Connection:
        try:
            connection = attempt()
        except psycopg2.OperationalError:
            self.note_outage()
            raise
        self._down_since = None
        return connection
