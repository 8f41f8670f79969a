"""A connection whose waiting has a deadline, and whose statements end with their request.

Two things stop a statement: a cancel request when the request's budget is used up, and `statement_timeout` behind it,
for the case that the cancel request gets lost. The timeout goes along with the first statement of each transaction,
in the same packet: a startup option or a session's setting would not survive a transaction pooler.

psycopg 3 sends parameters apart from the statement. So what PostgreSQL logs of a statement that failed, its text, holds
nothing that a user typed.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Self, TypeVar

import psycopg
from psycopg import waiting
from psycopg.abc import PQGen
from psycopg.conninfo import make_conninfo
from psycopg.errors import _WaitTimeout
from psycopg.pq import PipelineStatus, TransactionStatus

from app.core.db.patience import OutOfTime, current_budget, seconds_left

INTERRUPTIBLE = 0.1  # seconds between two looks for a signal
Row = TypeVar("Row")
Value = TypeVar("Value")
# Its warnings quote errors, and those may quote data.
logging.getLogger("psycopg").setLevel(logging.ERROR)


class PatientConnection(psycopg.Connection[Any]):
    """In autocommit mode; `transactional` decides whether the next statement begins a transaction.

    Waits as long as `time_budget` allows.
    """

    transactional = False
    cancel_within = 0.0  # seconds for a cancel request and its effect

    @classmethod
    def open(cls, parameters: dict[str, Any], seconds: float) -> Self:
        """Raises psycopg.OperationalError. libpq tries all addresses; psycopg would give each its own timeout."""
        parameters = {name: value for name, value in parameters.items() if name != "context"}
        attempt = cls._connect_gen(make_conninfo("", **parameters))
        try:
            connection = waiting.wait_conn(attempt, interval=INTERRUPTIBLE, timeout=seconds)
        except _WaitTimeout:
            raise OutOfTime("no connection to the database in time") from None
        connection.autocommit = True
        connection.prepare_threshold = None  # a prepared statement would belong to one connection of a pooler
        connection.cursor_factory = _TimedCursor
        return connection

    def wait(self, gen: PQGen[Value], interval: float = INTERRUPTIBLE, timeout: float | None = None) -> Value:
        """Raises QueryCanceled if PostgreSQL stopped at our request, otherwise closes and raises OutOfTime."""
        budget = current_budget()
        if budget is None or timeout is not None:
            return super().wait(gen, interval, timeout)
        with suppress(_WaitTimeout):
            return super().wait(gen, interval, budget.left)
        if budget.may_cancel and self.pgconn.transaction_status == TransactionStatus.ACTIVE:
            budget.extend_once(self.cancel_within)
            if self._asked_to_stop():
                with suppress(_WaitTimeout):
                    return super().wait(gen, interval, budget.left)
        self.close()
        raise OutOfTime("no answer from the database in time")

    def commit(self) -> None:
        """A pooler whose server has gone answers twice, which psycopg takes for a mistake of its own."""
        try:
            super().commit()
        except psycopg.InternalError as error:
            self.close()
            raise psycopg.OperationalError("the connection was lost during COMMIT") from error

    def _asked_to_stop(self) -> bool:
        try:
            self.cancel_safe(timeout=self.cancel_within)
        except psycopg.OperationalError:
            return False
        return True


class _TimedCursor(psycopg.Cursor[Row]):
    """Sends BEGIN, where one is wanted, and the timeout along with a transaction's first statement."""

    def execute(self, *arguments: Any, **options: Any) -> Self:
        if self._begun:
            return super().execute(*arguments, **options)
        with self._first():
            return super().execute(*arguments, **options)

    def executemany(self, *arguments: Any, **options: Any) -> None:
        if self._begun:
            return super().executemany(*arguments, **options)
        with self._first():
            return super().executemany(*arguments, **options)

    @property
    def _begun(self) -> bool:
        return self._conn.pgconn.transaction_status != TransactionStatus.IDLE

    @contextmanager
    def _first(self) -> Iterator[None]:
        """All up to the pipeline's end is one round trip and, without BEGIN, one transaction."""
        connection = self._conn
        assert isinstance(connection, PatientConnection)  # noqa: S101 - the only one that has this factory
        try:
            with connection.pipeline():
                self._begin(connection)
                yield
        except psycopg.Error:
            if connection.pgconn.pipeline_status != PipelineStatus.OFF:
                connection.close()  # lost in the middle of it: nothing can be sent any more, not even a rollback
            raise

    def _begin(self, connection: PatientConnection) -> None:
        plain = psycopg.Cursor(connection)
        if connection.transactional:
            plain.execute("BEGIN")
        # Halfway between the cancel request and the end of our own patience.
        milliseconds = 1000 * (seconds_left() + connection.cancel_within / 2)
        plain.execute("SELECT set_config('statement_timeout', %s, true)", [str(int(milliseconds))])
