"""How long a request waits for PostgreSQL: a deadline for all its work, and fast failures while it is down.

Nothing in libpq bounds a query to a server that is frozen or cut off, so the connection asks here how much is left.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from psycopg.errors import QueryCanceled
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

_local = threading.local()
Connection = TypeVar("Connection")


class OutOfTime(psycopg.OperationalError):
    """The database did not answer before the deadline, not even to a request to stop."""


class Busy(psycopg.OperationalError):
    """All connections of this process were in use until the deadline."""


DATABASE_DOWN = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
"""The exceptions of an outage. SQLAlchemy wraps only those that its own statements raise."""


def took_too_long(error: BaseException) -> bool:
    """Whether the database is up, and the work was too much: PostgreSQL cancelled it, or it never began."""
    return isinstance(error.orig if isinstance(error, DBAPIError) else error, QueryCanceled | Busy)


class Budget:
    """What is left, in seconds. `may_cancel`: PostgreSQL is asked to cancel the statement when it is used up."""

    def __init__(self, deadline: float, *, may_cancel: bool) -> None:
        self.deadline = deadline
        self.may_cancel = may_cancel

    @property
    def left(self) -> float:
        return max(0.0, self.deadline - time.monotonic())

    def extend_once(self, seconds: float) -> None:
        """For the end of a cancelled statement, including the rollback."""
        self.deadline, self.may_cancel = time.monotonic() + seconds, False


@contextmanager
def time_budget(seconds: float, *, may_cancel: bool = False) -> Iterator[None]:
    """PostgreSQL work of this thread inside the block takes at most this long. An inner budget only shortens it."""
    outer = current_budget()
    deadline = time.monotonic() + seconds
    if outer is not None:
        deadline = min(outer.deadline, deadline)
    _local.budget = Budget(deadline, may_cancel=may_cancel)
    try:
        yield
    finally:
        _local.budget = outer


def current_budget() -> Budget | None:
    """This thread's."""
    budget: Budget | None = getattr(_local, "budget", None)
    return budget


def seconds_left() -> float:
    """Of this thread's budget; 0 without one."""
    budget = current_budget()
    return budget.left if budget else 0.0


class ConnectGuard:
    """While the database is down, one request at a time tries to connect, after a pause; the others fail immediately.

    Otherwise every worker thread would spend its whole budget on a connection attempt, and requests would queue.
    A failure means an outage only if the database has answered no one since the attempt began: on a busy machine a
    single connection can be slow while all others work.
    """

    PAUSE = 0.5  # seconds
    SILENCE = 0.9  # seconds: a caller in more of a hurry has not waited long enough to know

    def __init__(self) -> None:
        self._down_since: float | None = None
        self._answered_at = 0.0
        self._trying = threading.Lock()

    def note_answer(self) -> None:
        """The database is up."""
        self._answered_at = time.monotonic()
        self._down_since = None

    def note_silence(self, since: float) -> bool:
        """One connection got no answer since then (time.monotonic()). Returns whether the database is down."""
        return time.monotonic() >= since + self.SILENCE and self._note_failure(since)

    def connect(self, attempt: Callable[[], Connection]) -> Connection:
        """The connection from `attempt`, or psycopg.OperationalError."""
        down_since = self._down_since
        if down_since is None:
            return self._try(attempt)
        early = time.monotonic() < down_since + self.PAUSE
        if early or not self._trying.acquire(blocking=False):
            raise psycopg.OperationalError("the database was down a moment ago")
        try:
            return self._try(attempt)
        finally:
            self._trying.release()

    def _try(self, attempt: Callable[[], Connection]) -> Connection:
        began = time.monotonic()
        try:
            connection = attempt()
        except OutOfTime:
            self.note_silence(began)
            raise
        except psycopg.OperationalError:
            self._note_failure(began)
            raise
        self.note_answer()
        return connection

    def _note_failure(self, since: float) -> bool:
        if self._answered_at > since:
            return False
        self._down_since = time.monotonic()
        return True
