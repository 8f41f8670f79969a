"""Renews the leases of all answers in progress in this process: one statement for all, every two seconds."""

import asyncio
import contextvars
import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from app.chat.store import turns
from app.core.db.database import Database

log = logging.getLogger("app.chat")


class Leases:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._runners: set[uuid.UUID] = set()
        self._renewing: asyncio.Task[None] | None = None

    @property
    def count(self) -> int:
        """Answers in progress."""
        return len(self._runners)

    @contextmanager
    def held(self, runner: uuid.UUID) -> Iterator[None]:
        """Renew the lease while the block runs. Call it on the event loop."""
        self._runners.add(runner)
        if self._renewing is None or self._renewing.done():
            # In a separate context, because its log lines belong to no request.
            empty = contextvars.Context()
            self._renewing = asyncio.get_running_loop().create_task(self._renew(), context=empty)
        try:
            yield
        finally:
            self._runners.discard(runner)

    async def _renew(self) -> None:
        while self._runners:
            await asyncio.sleep(turns.RENEW_EVERY)
            try:
                await run_in_threadpool(turns.renew, self._database, set(self._runners))
            except SQLAlchemyError as error:
                log.warning("leases not renewed: %s", type(error).__name__)
