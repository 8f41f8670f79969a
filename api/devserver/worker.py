"""What a worker does: it waits for an order, then serves the application or the failure to start it.

Knows nothing of files that change or of other workers. It goes when the parent lets go of its line.
"""

import asyncio
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

from devserver.child import Line
from devserver.closing import ClosingConnections
from devserver.failure import Failure, FailureAnswer, describe
from devserver.preload import foreign_modules
from devserver.sources import Sources

FINISH_SECONDS = 1
"""How long requests in progress may go on when the worker has to leave; then they are cancelled."""
ACCEPTED_SECONDS = 0.4
"""How long a connection accepted before may take to bring its request; uvicorn would close it as idle."""
REPORT_SECONDS = 1
"""How often the parent is told of modules that the requests have imported."""


@dataclass(frozen=True)
class Job:
    listener: socket.socket
    target: str
    """module:attribute of the ASGI application."""
    sources: Sources


def work(line: Line, job: Job) -> int:
    """The process's exit status."""
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # the parent tells what happens, in one line
    signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn raises it once more when it has shut down
    while order := line.wait():
        if order["do"] == "answer":
            answer = FailureAnswer(Failure(**order["failure"]), order["probes_pass"])
            Server(_config(ClosingConnections(answer)), line, lambda: None).run([job.listener])
            return 0
        status = Loading(line, job, order["edited"]).run()
        if status is not None:
            return status
    return 0


class Loading:
    """From the import of the application to the end of its serving.

    With `edited`, the names of files, the import stops in the first of them after its leading imports until the
    next order: what precedes the code being edited is then done before it is saved.
    """

    def __init__(self, line: Line, job: Job, edited: list[str]) -> None:
        self._line = line
        self._job = job
        self._edited = edited
        self._pauses = bool(edited)

    def run(self) -> int | None:
        """The exit status after serving; None if the application could not be started, which is reported."""
        self._job.sources.serve_imports(self._edited, self._pause, self._give_up)
        try:
            app = ClosingConnections(_import(self._job.target))
            self._pause()
        except BaseException as exc:  # SystemExit as well: a module may well end with one
            self._report("failed", exc, phase="import")
            return None
        server = Server(_config(app), self._line, self._on_started)
        try:
            server.run([self._job.listener])
        except BaseException as exc:
            if server.started:
                self._report("crashed", exc)
                return 1
            self._report("failed", app.startup_error or exc, phase="startup")
            return None
        return 0

    def _pause(self) -> None:
        if self._pauses:
            self._pauses = False
            self._report("paused", loaded=self._job.sources.loaded)
            if not self._line.wait():
                os._exit(0)  # an exception could be caught by the module that imports

    def _give_up(self) -> NoReturn:
        """Other imports than those already executed: a fresh fork has to do it."""
        self._report("stale")
        self._line.wait()
        os._exit(0)

    def _on_started(self) -> None:
        self._report("ready")
        self._report_imports(len(sys.modules))

    def _report_imports(self, known: int) -> None:
        """Some modules are imported by the first requests only."""
        if known != len(sys.modules):
            self._report("serving")
        asyncio.get_running_loop().call_later(REPORT_SECONDS, self._report_imports, len(sys.modules))

    def _report(self, state: str, failed: BaseException | None = None, **details: object) -> None:
        if failed:
            details["failure"] = asdict(describe(failed, self._job.sources.root))
        self._line.send(state=state, modules=foreign_modules(self._job.sources.root), **details)


def _import(target: str) -> ASGIApp:
    module, _, attribute = target.partition(":")
    app: ASGIApp = getattr(importlib.import_module(module), attribute)
    return app


def _config(app: ASGIApp) -> uvicorn.Config:
    """Logging is as the parent, or by now the application, has set it up."""
    return uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=FINISH_SECONDS)


class Server(uvicorn.Server):
    """uvicorn's, listening to the parent as well."""

    def __init__(self, config: uvicorn.Config, line: Line, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._line = line
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        asyncio.get_running_loop().add_reader(self._line.fileno(), self._leave)
        self._on_started()

    def _leave(self) -> None:
        """Accept nothing more from now on (the next worker does), then end as on any SIGTERM."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._line.fileno())
        for server in self.servers:
            server.close()
        loop.call_later(ACCEPTED_SECONDS, signal.raise_signal, signal.SIGTERM)
