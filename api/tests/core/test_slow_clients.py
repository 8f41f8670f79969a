"""Clients that send slowly, or stop sending, cost one socket each and block no other client."""

import asyncio
import contextlib
import socket
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI, Request

from app import factory
from app.core.config import Settings
from tests.support.postgres import Cluster
from tests.support.serving import JWT_SECRET, process, serving

pytestmark = pytest.mark.slow

HALF_A_HEAD = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-"
HALF_A_BODY = HALF_A_HEAD + b'Type: application/json\r\nContent-Length: 100\r\n\r\n{"email": '
ALLOWED = 0.5  # seconds
MANY = 150  # of each kind; a process has 12 threads and 6 connections to the database


def connection(url: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), timeout=5)


@pytest.fixture
def impatient(settings: Settings, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(factory, "MAX_BODY_SECONDS", ALLOWED)
    api = factory.create_app(settings)

    @api.post("/waiting", include_in_schema=False)
    async def waiting(request: Request) -> str:
        await request.body()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2 * ALLOWED):
                await request.receive()  # returns when the client leaves
                return "gone"
        return "still there"

    with serving(api) as url:
        yield url


def answer(stalled: socket.socket) -> bytes:
    """Everything until the server closes the connection."""
    return b"".join(iter(lambda: stalled.recv(65_536), b""))


def test_a_body_that_stalls_is_refused_and_the_connection_closed(impatient: str) -> None:
    with connection(impatient) as stalled:
        started = time.monotonic()
        stalled.sendall(HALF_A_BODY)
        found = answer(stalled)
    assert found.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b"application/problem+json" in found
    assert b"The request body must arrive within 0.5 s." in found
    assert ALLOWED <= time.monotonic() - started < ALLOWED + 2


def test_a_body_that_drips_is_refused_as_well(impatient: str) -> None:
    with connection(impatient) as dripping:
        dripping.sendall(HALF_A_BODY)
        started = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while time.monotonic() < started + 2 * ALLOWED:
                dripping.sendall(b" ")
                time.sleep(0.05)
        assert dripping.recv(65_536).startswith(b"HTTP/1.1 408 ")


def test_the_control_an_answer_may_take_longer(impatient: str) -> None:
    """The time is for the body, not for what comes after it."""
    answered = httpx.post(f"{impatient}/waiting", content=b"x")
    assert (answered.status_code, answered.text) == (200, '"still there"')


def test_many_stalled_clients_block_no_other_client(cluster: Cluster, app: FastAPI, tmp_path: Path) -> None:
    environment = {"DATABASE_URL": cluster.url(), "JWT_SECRET": JWT_SECRET, "DRAIN_SECONDS": "0"}
    with process(environment, tmp_path / "log") as server, contextlib.ExitStack() as stack:
        for begun in (HALF_A_HEAD, HALF_A_BODY) * MANY:
            stack.enter_context(connection(server.url)).sendall(begun)
        times = []
        for _ in range(20):
            started = time.monotonic()
            assert httpx.get(f"{server.url}/health/db").status_code == 200
            times.append(time.monotonic() - started)
        print(
            f"{2 * MANY} stalled: median {statistics.median(times) * 1000:.1f} ms, most {max(times) * 1000:.1f} ms"
        )
        assert max(times) < 1
