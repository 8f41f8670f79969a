"""What runs from the start of the process to its end: threads, the first connection, metrics, draining."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

import anyio.to_thread
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import DBAPIError

from app.chat.service import Assistant
from app.core.db.database import Database
from app.core.metrics.server import serving_metrics
from app.core.shutdown import shutdown

# Twice the connection pool: the other half waits for a connection.
WORKER_THREADS = 12
_FIRST_CONNECTION_PAUSES = (0.5, 1, 2, 4)  # seconds between the attempts
log = logging.getLogger("app")


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    # The limiter belongs to the event loop, so it can't be set at import time.
    anyio.to_thread.current_default_thread_limiter().total_tokens = WORKER_THREADS
    database: Database = app.state.database
    log.info("started", extra={"version": app.state.settings.app_version, "database": database.host})
    greeting = asyncio.create_task(_greet(database))
    assistant: Assistant = app.state.assistant
    warming = asyncio.create_task(assistant.model.warm_up())
    try:
        with (
            serving_metrics(app.state.metrics, app.state.settings.metrics_port),
            shutdown.drain_before_stop(app.state.settings.drain_seconds),
        ):
            yield
    finally:
        greeting.cancel()
        await asyncio.gather(greeting, warming, return_exceptions=True)
        await assistant.model.close()
        database.dispose()
        log.info("stopped")


async def _greet(database: Database) -> None:
    """Open the first connection in the background: an outage must not delay the start."""
    for pause in (*_FIRST_CONNECTION_PAUSES, 0):
        try:
            await run_in_threadpool(database.ping)
            return
        except DBAPIError as error:
            log.warning("no database yet: %s", str(error.orig).partition("\n")[0])
        await asyncio.sleep(pause)
