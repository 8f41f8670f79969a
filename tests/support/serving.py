"""The application behind a real HTTP server, in a thread of the tests or in its own process."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI

from app.core.config import Settings
from tests.support.waiting import until

API = Path(__file__).parents[2] / "api"
JWT_SECRET = "canary-jwt-secret-0123456789abcdef"
CONFIGURING = frozenset(name.upper() for name in Settings.model_fields)


@contextlib.contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The base URL of the application, served in this process so that a test can override its dependencies."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@dataclass
class Process:
    """A server run as in a pod: started by its command line and configured by its environment."""

    url: str
    popen: subprocess.Popen[str]
    log: Path

    def wait_for_log(self, text: str) -> None:
        """Wait for a text in the log, because a request is logged after it is answered."""
        until(lambda: text in self.log.read_text(), timeout=5, pause=0.01, what=f"{text!r} in the log")


@contextlib.contextmanager
def process(environment: dict[str, str], log: Path) -> Iterator[Process]:
    """The server inherits a listening socket. A port that is merely free could be taken before the server binds it."""
    with socket.create_server(("127.0.0.1", 0)) as listener, log.open("w") as output:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as on a socket of uvicorn's own
        command = [
            sys.executable,
            "-m",
            "uvicorn",
            "app.main:app",
            "--fd",
            str(listener.fileno()),
            "--no-access-log",
        ]
        popen = subprocess.Popen(
            command,
            cwd=API,
            env=plain_environment() | environment,
            pass_fds=[listener.fileno()],
            stdout=output,
            stderr=output,
            text=True,
        )
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        _wait_until_up(url, popen)
        yield Process(url, popen, log)
    finally:
        popen.terminate()
        popen.wait(timeout=10)


def plain_environment() -> dict[str, str]:
    """This process's environment without the application's variables."""
    return {key: value for key, value in os.environ.items() if key not in CONFIGURING}


def _wait_until_up(url: str, popen: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and popen.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            httpx.get(f"{url}/health/live")
            return
        time.sleep(0.05)
    raise RuntimeError(f"the server did not come up; exit status {popen.poll()}")
