"""A development server in its own process, serving an application folder that a test may edit."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.support.ports import free_port

API = Path(__file__).parents[2] / "api"
PATIENCE = 20.0  # seconds

MAIN = """
import asyncio, contextlib, os, sys
from pathlib import Path
from typing import Any
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from app.early import EARLY
from app.value import VALUE

@contextlib.asynccontextmanager
async def lifespan(_app):
    yield
    Path("ended").write_text(str(os.getpid()))

async def value(_request):
    return PlainTextResponse(f"{EARLY} {VALUE}")

async def slow(_request):
    Path("slow").write_text("has begun")
    while not Path("go-on").exists():
        await asyncio.sleep(0.01)
    return PlainTextResponse(str(VALUE))

async def events():
    while True:
        yield f"data: {VALUE}\\n\\n"
        await asyncio.sleep(0.05)

async def stream(_request):
    return StreamingResponse(events(), media_type="text/event-stream")

async def pid(_request):
    return PlainTextResponse(str(os.getpid()))

async def crash(_request):
    os._exit(7)

async def hang(_request):
    Path("hanging").touch()
    while True:
        pass

app = Starlette(lifespan=lifespan, routes=[
    Route("/", value), Route("/slow", slow), Route("/stream", stream), Route("/pid", pid),
    Route("/crash", crash), Route("/hang", hang)])
"""
FILES = {
    "app/__init__.py": "",
    "app/main.py": MAIN,
    "app/early.py": "EARLY = 'early'\n",
    "app/value.py": "VALUE = 0\n",
}


@dataclass
class DevServer:
    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    output: Path
    loses_requests: bool = False
    """Stock uvicorn closes a connection whose request has only just arrived."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def save(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def get(self, path: str = "/", **options: Any) -> httpx.Response:
        return httpx.get(self.url + path, timeout=PATIENCE, **options)

    def until(self, text: str, path: str = "/", status: int = 200) -> httpx.Response:
        """Ask until the answer contains the text."""
        deadline = time.monotonic() + PATIENCE
        answer = None
        while time.monotonic() < deadline:
            with contextlib.suppress(*[httpx.RemoteProtocolError, httpx.ReadError] * self.loses_requests):
                answer = self.get(path)
                if text in answer.text and answer.status_code == status:
                    return answer
            time.sleep(0.005)
        raise AssertionError(f"no {status} with {text!r}, last: {answer and answer.text}\n{self.log()}")

    def log(self) -> str:
        return self.output.read_text()

    def _wait(self, check: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not check():
            assert time.monotonic() < deadline, f"{what}:\n{self.log()}"
            time.sleep(0.02)

    def until_logged(self, text: str) -> None:
        self._wait(lambda: text in self.log(), f"{text!r} is not logged")

    def until_exists(self, name: str) -> None:
        """Wait for a file that the application makes."""
        self._wait((self.folder / name).exists, f"{name} does not exist")

    def children(self) -> list[int]:
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in tasks.read_text().split()]

    def until_spare(self) -> None:
        """The watcher, the current worker and the spare, no other process."""
        self._wait(lambda: len(self.children()) == 3, "not three processes")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """Stop it, and return the seconds that this took."""
        started = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(PATIENCE)
        return time.monotonic() - started


def command(port: int, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "devserver", "--host", "127.0.0.1", "--port", str(port), *arguments]


def environment(**extra: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(API), **extra}


@contextlib.contextmanager
def running(folder: Path, files: dict[str, str] | None = None, **extra: str) -> Iterator[DevServer]:
    """Started; not necessarily ready. `extra` goes to its environment."""
    port = free_port()
    output = folder / "output"
    with output.open("wb") as log:
        for name, text in (FILES if files is None else files).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        process = subprocess.Popen(
            command(port), cwd=folder, env=environment(**extra), stdout=log, stderr=log
        )
    server = DevServer(folder, port, process, output, loses_requests=extra.get("DEVSERVER") == "uvicorn")
    try:
        _wait_for_port(server)
        yield server
    finally:
        if process.poll() is None:
            server.stop(signal.SIGTERM)


def _wait_for_port(server: DevServer) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert server.process.poll() is None, server.log()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port)):
            return
        time.sleep(0.02)
    raise AssertionError(f"nothing listens\n{server.log()}")
