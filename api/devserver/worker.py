"""A worker waits for an order, then serves the application, or an error page if the application cannot start.

It knows nothing about changed files or other workers, and exits when the parent closes its channel.
"""

import asyncio
import errno
import importlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import NoReturn

import uvicorn
from starlette.types import ASGIApp

from devserver import debugger, profiler
from devserver.child import Channel, Report
from devserver.closing import ClosingConnections
from devserver.error_page import ErrorPage, ErrorReport, describe
from devserver.preload import foreign_modules
from devserver.sources import Sources
from devserver.turn import Turn

FINISH_SECONDS = 1
"""Seconds that requests in progress may take after the worker has been stopped. Then they are cancelled."""
ACCEPTED_SECONDS = 0.4
"""Seconds that an accepted connection may take to send its request. uvicorn would close it as idle."""
REPORT_SECONDS = 1
"""Seconds between reports of the modules that requests have imported."""

TAKEN = (errno.EADDRINUSE, errno.EEXIST, errno.EAGAIN)


@dataclass(frozen=True)
class Job:
    listener: socket.socket
    target: str
    """module:attribute of the ASGI application."""
    sources: Sources
    turn: Turn


def work(channel: Channel, job: Job) -> int:
    """The exit status of the process."""
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # the parent reports events, one line each
    signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn raises it again after its shutdown
    profiler.install()
    while order := channel.wait():
        if order["do"] == "answer":
            page = ErrorPage(ErrorReport(**order["error"]), order["probes_pass"])
            Server(_config(ClosingConnections(page)), channel, job.turn, lambda: None).run([job.listener])
            return 0
        status = Loading(channel, job, order["edited"]).run()
        if status is not None:
            return status
    return 0


class Loading:
    """Imports the application and serves it.

    `edited` are names of files. The import pauses after the leading imports of the first of them, until the next order.
    Everything that precedes the edited code is then done before the save.
    """

    def __init__(self, channel: Channel, job: Job, edited: list[str]) -> None:
        self._channel = channel
        self._job = job
        self._edited = edited
        self._pauses = bool(edited)

    def run(self) -> int | None:
        """The exit status after serving. None if the application could not start, which the parent is informed of."""
        self._job.sources.serve_imports(self._edited, self._pause, self._give_up)
        try:
            debugger.prepare()
            app = ClosingConnections(_import(self._job.target))
            self._pause()
        except BaseException as exc:  # SystemExit too: a module may raise it
            self._report("failed", exc, phase="import", taken=_is_taken(exc))
            return None
        server = Server(_config(app), self._channel, self._job.turn, self._on_started)
        try:
            server.run([self._job.listener])
        except BaseException as exc:
            if server.started:
                self._report("crashed", exc)
                return 1
            failed = app.startup_error or exc
            self._report("failed", failed, phase="startup", taken=_is_taken(failed))
            return None
        return 0

    def _pause(self) -> None:
        if self._pauses:
            self._pauses = False
            self._report("paused", loaded=self._job.sources.loaded)
            if not self._channel.wait():
                os._exit(0)  # the importing module could catch an exception

    def _give_up(self) -> NoReturn:
        """The file now begins with different imports, so only a fresh fork can load it."""
        self._report("stale")
        self._channel.wait()
        os._exit(0)

    def _on_started(self) -> None:
        self._report("ready")
        self._report_imports(len(sys.modules))

    def _report_imports(self, known: int) -> None:
        """Some modules are imported only by the first requests."""
        if known != len(sys.modules):
            self._report("serving")
        asyncio.get_running_loop().call_later(REPORT_SECONDS, self._report_imports, len(sys.modules))

    def _report(self, state: Report, failed: BaseException | None = None, **details: object) -> None:
        if failed:
            details["error"] = asdict(describe(failed, self._job.sources.root))
        self._channel.send(state=state, modules=foreign_modules(self._job.sources.root), **details)


def _is_taken(exc: BaseException) -> bool:
    """A port or lock file that the previous worker, or a process that it started, may still hold."""
    if isinstance(exc, OSError) and exc.errno in TAKEN:
        return True
    inner = exc.__cause__ or exc.__context__
    return inner is not None and _is_taken(inner)


def _import(target: str) -> ASGIApp:
    module, _, attribute = target.partition(":")
    app: ASGIApp = getattr(importlib.import_module(module), attribute)
    return app


def _config(app: ASGIApp) -> uvicorn.Config:
    """Logging stays as configured by the parent or by the application."""
    return uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=FINISH_SECONDS)


class Server(uvicorn.Server):
    """uvicorn's server, which also stops when the parent closes the channel."""

    def __init__(
        self, config: uvicorn.Config, channel: Channel, turn: Turn, on_started: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._channel = channel
        self._turn = turn
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await self._turn.take()
        await super().startup(sockets)
        asyncio.get_running_loop().add_reader(self._channel.fileno(), self._stop)
        self._on_started()

    def _stop(self) -> None:
        """Stop accepting (the next worker accepts), then shut down as on any SIGTERM."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._channel.fileno())
        for server in self.servers:
            server.close()
        self._turn.pass_on()
        loop.call_later(ACCEPTED_SECONDS, signal.raise_signal, signal.SIGTERM)
