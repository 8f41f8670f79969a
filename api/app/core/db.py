"""The connection pool and the two ways to use it.

Sized so that 13 replicas, ten and a rollout's surge, fit the 97 connections of the smallest Neon compute.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2 import extensions
from sqlalchemy import event, text
from sqlalchemy.engine import URL, create_engine
from sqlmodel import Session

from app.core.db_patience import ConnectGate, time_budget, wait_until_deadline

# Seconds. Both run from the start of the work, so whoever finds the database out has a 503 within 3 s.
POOL_WAIT = 2.0
WORK_BUDGET = 2.5

log = logging.getLogger("app.database")


class Database:
    """Sessions on one pool. A session ends, and its connection is free again, before the handler returns."""

    def __init__(self, url: URL, application_name: str) -> None:
        # Waiting with a deadline is a process-wide setting of psycopg2.
        extensions.set_wait_callback(wait_until_deadline)
        self.host = url.host
        self._gate = ConnectGate()
        self._engine = create_engine(
            url,
            pool_size=4,
            max_overflow=2,
            pool_timeout=POOL_WAIT,
            pool_recycle=240,  # Neon suspends after 300 s without use
            pool_pre_ping=True,
            pool_use_lifo=True,
            hide_parameters=True,
            connect_args={
                "application_name": application_name,
                "keepalives_idle": 30,
                "keepalives_interval": 10,
                "keepalives_count": 3,
            },
        )
        self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        event.listen(self._engine, "do_connect", self._connect)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A transaction: committed at the end of the block, rolled back if it raises."""
        with (
            time_budget(WORK_BUDGET),
            Session(self._engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """For queries only. No BEGIN, no COMMIT: two round trips less, and the database may be far away."""
        with time_budget(WORK_BUDGET), Session(self._reading) as session:
            yield session

    def ping(self) -> None:
        """One query. Raises sqlalchemy.exc.OperationalError if the database is out."""
        with self.read() as session:
            session.connection().execute(text("SELECT 1"))

    def dispose(self) -> None:
        self._engine.dispose()

    def _connect(self, _dialect: Any, _record: Any, args: Any, kwargs: Any) -> Any:
        connection = self._gate.connect(lambda: psycopg2.connect(*args, **kwargs))
        log.info(
            "connected to the database",
            extra={"database": self.host, "tls": connection.info.ssl_in_use},
        )
        return connection
