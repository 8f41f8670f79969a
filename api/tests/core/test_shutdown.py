"""Draining under real uvicorn processes and real keep-alive connections: no request may be lost."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from app.core.shutdown import Shutdown
from tests.support.ports import free_port

pytestmark = pytest.mark.slow

API = Path(__file__).parents[2]
DRAIN_SECONDS = 1.0
CLIENTS = 32

APPLICATION = """
import asyncio, contextlib, os
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from app.core.shutdown import ConnectionCloseWhileDraining, shutdown

@contextlib.asynccontextmanager
async def lifespan(_app):
    drain = os.environ["DRAIN"]
    with shutdown.drain_before_stop(float(drain)) if drain else contextlib.nullcontext():
        yield

async def hello(_request):
    return PlainTextResponse("hello")

async def ready(_request):
    return PlainTextResponse("", 503 if shutdown.draining else 200)

async def until_stopping():
    yield "begun "
    await shutdown.stopping.wait()
    yield "ended"

async def stream(_request):
    return StreamingResponse(until_stopping())

app = Starlette(lifespan=lifespan, routes=[
    Route("/", hello), Route("/ready", ready), Route("/stream", stream)])
app.add_middleware(ConnectionCloseWhileDraining)
"""


@dataclass
class Server:
    process: subprocess.Popen[bytes]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def running(folder: Path, drain: float | None) -> Iterator[Server]:
    """Stock uvicorn; None: without draining."""
    (folder / "ending.py").write_text(APPLICATION)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "ending:app", "--port", str(port), "--log-level", "warning"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(API), "DRAIN": "" if drain is None else str(drain)},
    )
    server = Server(process, port)
    try:
        wait_until_answering(server)
        yield server
    finally:
        process.kill()
        process.wait()


def wait_until_answering(server: Server) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        assert server.process.poll() is None, "uvicorn ended at once"
        try:
            httpx.get(server.url)
            return
        except httpx.ConnectError:
            time.sleep(0.05)
    raise AssertionError("uvicorn does not answer")


@dataclass
class Crowd:
    """Keep-alive clients without retries. `port` is where a Service would send a new connection."""

    port: int
    think: float
    answered: int = 0
    lost: list[str] = field(default_factory=list)
    done: bool = False

    async def visit(self) -> None:
        while not self.done:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            await self._talk(reader, writer)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not self.done:
            try:
                writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(5)
            except (ConnectionError, asyncio.IncompleteReadError) as exc:
                self.lost.append(repr(exc))
                return
            self.answered += 1
            if b"connection: close" in head.lower():
                return
            await asyncio.sleep(self.think)


async def end_under_load(first: Server, second: Server, think: float) -> tuple[Crowd, float]:
    """New connections of the busy clients move to `second`, then `first` gets SIGTERM and takes n seconds."""
    crowd = Crowd(first.port, think)
    visits = [asyncio.create_task(crowd.visit()) for _ in range(CLIENTS)]
    await asyncio.sleep(0.5)
    crowd.port = second.port
    started = time.monotonic()
    first.process.send_signal(signal.SIGTERM)
    await asyncio.to_thread(first.process.wait, 15)
    took = time.monotonic() - started
    await asyncio.sleep(0.2)
    crowd.done = True
    await asyncio.gather(*visits)
    return crowd, took


@pytest.mark.parametrize("think", [0.0, 0.02])
def test_no_request_is_lost_when_a_server_ends(tmp_path: Path, think: float) -> None:
    with running(tmp_path, DRAIN_SECONDS) as first, running(tmp_path, DRAIN_SECONDS) as second:
        crowd, took = asyncio.run(end_under_load(first, second, think))
        print(f"think {think * 1000:.0f} ms: 0 of {crowd.answered} lost, ended after {took:.2f} s")
        assert crowd.lost == []
        assert crowd.answered > 10 * CLIENTS
        assert DRAIN_SECONDS <= took < DRAIN_SECONDS + 2
        assert first.process.returncode == -signal.SIGTERM  # what stock uvicorn ends with, see the control


def test_control_without_draining_requests_are_lost(tmp_path: Path) -> None:
    """If this fails, the test above proves nothing."""
    with running(tmp_path, None) as first, running(tmp_path, None) as second:
        crowd, took = asyncio.run(end_under_load(first, second, think=0.02))
        print(f"control: {len(crowd.lost)} of {crowd.answered} lost, ended after {took:.2f} s")
        assert crowd.lost
        assert took < 2
        assert first.process.returncode == -signal.SIGTERM


def test_a_draining_server_is_not_ready_and_asks_to_leave(tmp_path: Path) -> None:
    with running(tmp_path, DRAIN_SECONDS) as server:
        before = httpx.get(f"{server.url}/ready")
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        after = httpx.get(f"{server.url}/ready")
    assert (before.status_code, before.headers.get("connection")) == (200, None)
    assert (after.status_code, after.headers.get_list("connection")) == (503, ["close"])


def test_what_arrived_while_the_machine_did_not_let_it_run_is_answered(tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(running(tmp_path, DRAIN_SECONDS))
        known, *new = [stack.enter_context(httpx.Client(base_url=server.url)) for _ in range(9)]
        known.get("/")
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        server.process.send_signal(signal.SIGSTOP)
        with ThreadPoolExecutor(9) as pool:
            waiting = [pool.submit(client.get, "/") for client in (known, *new)]
            time.sleep(DRAIN_SECONDS)
            server.process.send_signal(signal.SIGCONT)
        assert {answer.result().status_code for answer in waiting} == {200}
        server.process.wait(2)


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_the_wait(tmp_path: Path, second: signal.Signals) -> None:
    with running(tmp_path, 30) as server:
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert server.process.poll() is None
        server.process.send_signal(second)
        server.process.wait(2)


def test_interrupt_does_not_wait(tmp_path: Path) -> None:
    with running(tmp_path, 30) as server:
        server.process.send_signal(signal.SIGINT)
        server.process.wait(2)


def test_a_stream_learns_that_the_server_stops(tmp_path: Path) -> None:
    with (
        running(tmp_path, DRAIN_SECONDS) as server,
        httpx.stream("GET", f"{server.url}/stream") as answer,
    ):
        chunks = answer.iter_text()
        assert next(chunks) == "begun "
        server.process.send_signal(signal.SIGTERM)
        started = time.monotonic()
        assert list(chunks) == ["ended"]
        assert time.monotonic() - started > DRAIN_SECONDS / 2  # not before draining is over
        server.process.wait(2)


def test_without_uvicorn_nothing_is_changed() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    with Shutdown().drain_before_stop(3):
        assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


def test_in_a_thread_nothing_is_changed() -> None:
    failures: list[BaseException] = []

    async def enter() -> None:
        with Shutdown().drain_before_stop(3):
            pass

    def run() -> None:
        try:
            asyncio.run(enter())
        except BaseException as exc:
            failures.append(exc)

    previous = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    finally:
        signal.signal(signal.SIGTERM, previous)
    assert failures == []
