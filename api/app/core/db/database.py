"""The connection pool and the two ways to use it.

Sized so that 13 replicas, ten and a rollout's surge, fit the 97 connections of the smallest Neon compute.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from sqlalchemy import event, text
from sqlalchemy.engine import URL, create_engine
from sqlalchemy.exc import DisconnectionError, InvalidatePoolError
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

from app.core.db.addresses import Addresses
from app.core.db.connection import PatientConnection
from app.core.db.patience import Busy, ConnectGuard, OutOfTime, seconds_left, time_budget

CONNECTIONS_KEPT, CONNECTIONS_MORE = 4, 2
# Seconds. A request that finds the database down or slow gets its 503 within 3 s, including the wait for a connection.
WORK_BUDGET = 2.0
CANCEL_BUDGET = 0.8  # after it: for PostgreSQL to stop, and the rollback
# Less than the work's: requests that wait for their turn learn of the outage before they time out.
CONNECT_BUDGET = 1.8
PING_BUDGET = 1.0
# A connection that was used this recently is not pinged, which saves a busy pod a round trip for each request.
FRESH = 1.0

log = logging.getLogger("app.database")


class Database:
    """Sessions on one pool. A session ends, and its connection is free again, before the handler returns."""

    def __init__(self, url: URL, application_name: str, addresses: Addresses | None = None) -> None:
        self.host = url.host
        self._addresses = addresses or Addresses()
        self._guard = ConnectGuard()
        # Requests wait for their turn here, not in the pool, which would not notice that an attempt has failed.
        self._turns = threading.BoundedSemaphore(CONNECTIONS_KEPT + CONNECTIONS_MORE)
        self._engine = create_engine(
            url,
            poolclass=QueuePool,
            pool_size=CONNECTIONS_KEPT,
            max_overflow=CONNECTIONS_MORE,
            pool_recycle=240,  # Neon suspends after 300 s without use
            pool_use_lifo=True,
            hide_parameters=True,
            use_native_hstore=False,  # would cost a query to find out
            connect_args={
                "application_name": application_name,
                "keepalives_idle": 30,
                "keepalives_interval": 10,
                "keepalives_count": 3,
            },
        )
        event.listen(self._engine, "do_connect", self._connect)
        event.listen(self._engine, "connect", _note_use)
        event.listen(self._engine, "checkin", self._checkin)
        event.listen(self._engine, "checkout", self._ping)

    @property
    def connections_in_use(self) -> int:
        """In use by requests now."""
        return self._pool.checkedout()

    @property
    def connections_idle(self) -> int:
        """Open and ready for the next request."""
        return self._pool.checkedin()

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A transaction: committed at the end of the block, rolled back if it raises."""
        with self._session() as session, session.begin():
            _transactional(session, True)
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """For queries only. No BEGIN and no COMMIT save two round trips: the database may be far away."""
        with self._session() as session:
            _transactional(session, False)
            yield session

    def ping(self) -> None:
        """One query. Raises sqlalchemy.exc.OperationalError if the database is down."""
        with self.read() as session:
            session.connection().execute(text("SELECT 1"))

    def dispose(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with time_budget(WORK_BUDGET, may_cancel=True):
            if not self._turns.acquire(timeout=WORK_BUDGET):
                raise Busy("all connections to the database are busy")
            try:
                with Session(self._engine, expire_on_commit=False) as session:
                    yield session
            finally:
                self._turns.release()

    @property
    def _pool(self) -> QueuePool:
        return cast(QueuePool, self._engine.pool)  # a new pool after each dispose()

    def _connect(self, _dialect: Any, _record: Any, _args: Any, parameters: Any) -> Any:
        def attempt() -> PatientConnection:
            with time_budget(CONNECT_BUDGET):
                found = parameters | self._addresses.of(parameters, CONNECT_BUDGET)
                return PatientConnection.open(found, seconds_left())

        connection = self._guard.connect(attempt)
        connection.cancel_within = CANCEL_BUDGET
        tls = connection.pgconn.ssl_in_use
        log.info("connected to the database", extra={"database": self.host, "tls": tls})
        return connection

    def _checkin(self, connection: Any, record: Any) -> None:
        _note_use(connection, record)
        if connection is not None and not connection.closed:
            self._guard.note_answer()

    def _ping(self, connection: Any, record: Any, _proxy: Any) -> None:
        """A connection that the server has closed is replaced; a server that doesn't answer anyone is down."""
        began = time.monotonic()
        if began < record.info.get("used_at", -FRESH) + FRESH:
            return
        try:
            connection.transactional = False
            with time_budget(PING_BUDGET), connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except OutOfTime as error:
            raise (InvalidatePoolError if self._guard.note_silence(began) else DisconnectionError) from error
        except psycopg.Error as error:
            raise InvalidatePoolError from error
        self._guard.note_answer()


def _transactional(session: Session, wanted: bool) -> None:
    """Whether the session's first statement begins a transaction. Set at each use of a connection."""
    connection: Any = session.connection().connection.dbapi_connection
    connection.transactional = wanted


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used_at"] = time.monotonic()
