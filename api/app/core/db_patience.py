"""How long a request waits for PostgreSQL: a deadline for all its work, and one prober in an outage.

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

_local = threading.local()
_POLL_EVENTS = {extensions.POLL_READ: select.POLLIN, extensions.POLL_WRITE: select.POLLOUT}
Connection = TypeVar("Connection")


@contextmanager
def time_budget(seconds: float) -> Iterator[None]:
    """What this thread asks of PostgreSQL in the block takes at most this long, or fails as unavailable."""
    _local.deadline = time.monotonic() + seconds
    try:
        yield
    finally:
        del _local.deadline


def wait_until_deadline(connection: extensions.connection) -> None:
    """psycopg2's wait callback. On a raise from here psycopg2 closes the connection, so the pool drops it."""
    deadline: float | None = getattr(_local, "deadline", None)
    while (state := connection.poll()) != extensions.POLL_OK:
        poller = select.poll()
        poller.register(connection.fileno(), _POLL_EVENTS[state])
        left = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
        if not poller.poll(left):
            raise psycopg2.OperationalError("no answer from the database in time")


class ConnectGate:
    """While the database is out, one request at a time tries to connect; the others fail at once.

    Else every worker thread spends its whole patience on a connection attempt, and requests queue up behind.
    """

    def __init__(self) -> None:
        self._out = False
        self._probing = threading.Lock()

    def connect(self, attempt: Callable[[], Connection]) -> Connection:
        """The connection from `attempt`, or psycopg2.OperationalError."""
        if not self._out:
            return self._try(attempt)
        if not self._probing.acquire(blocking=False):
            raise psycopg2.OperationalError("the database is out; another request is trying it")
        try:
            return self._try(attempt)
        finally:
            self._probing.release()

    def _try(self, attempt: Callable[[], Connection]) -> Connection:
        try:
            connection = attempt()
        except psycopg2.OperationalError:
            self._out = True
            raise
        self._out = False
        return connection
