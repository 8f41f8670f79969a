"""A refused body is read to its end before the answer, so that no reset loses the answer or breaks a port-forward."""

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from app.core.body import DROPPED_BYTES
from tests.support.assertions import assert_problem

pytestmark = pytest.mark.slow

SIZE = 2_000_000
PIECE = 50_000
NEXT = b"GET /api/v1/about HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture
def connection(base_url: str) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", urlsplit(base_url).port or 0), timeout=10) as connection:
        yield connection


def head(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: x", *headers, "", ""]).encode()


def chunked(size: int) -> Iterator[bytes]:
    for _ in range(size // PIECE):
        yield b"%x\r\n%s\r\n" % (PIECE, b"x" * PIECE)
    yield b"0\r\n\r\n"


def whole_answers(connection: socket.socket) -> bytes:
    """Until the server closes. A reset raises."""
    return b"".join(iter(lambda: connection.recv(65_536), b""))


BODIES: dict[str, tuple[list[str], Callable[[], Iterator[bytes]]]] = {
    "length": ([f"Content-Length: {SIZE}"], lambda: iter([b"x" * SIZE])),
    "chunked": (["Transfer-Encoding: chunked"], lambda: chunked(SIZE)),
}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/v1/auth/login", 413), ("/api/v1/tasks", 413), ("/nowhere", 404), ("/api/v1/about", 405)],
)
def test_the_answer_comes_after_the_body(
    connection: socket.socket, kind: str, path: str, status: int
) -> None:
    """And the connection is good for the next request."""
    headers, pieces = BODIES[kind]
    connection.sendall(head(path, *headers, "Content-Type: application/json"))
    for number, piece in enumerate(pieces()):
        if number in (0, 30):  # an early answer would be here by now
            connection.settimeout(0.3)
            with pytest.raises(TimeoutError):
                connection.recv(1)
            connection.settimeout(10)
        connection.sendall(piece)
    connection.sendall(NEXT)
    answers = whole_answers(connection)
    expected = 413 if kind == "length" else status
    assert answers.startswith(b"HTTP/1.1 %d " % expected)
    first, _, second = answers.partition(b"HTTP/1.1 200 OK")
    assert json.loads(first.partition(b"\r\n\r\n")[2])["status"] == expected
    assert second


def test_a_body_without_end_is_not_read_indefinitely(connection: socket.socket) -> None:
    connection.sendall(head("/api/v1/tasks", "Transfer-Encoding: chunked"))
    sent, begin = 0, time.monotonic()
    with contextlib.suppress(ConnectionError):
        while sent < 10 * DROPPED_BYTES:
            connection.sendall(b"%x\r\n%s\r\n" % (PIECE, b"x" * PIECE))
            sent += PIECE
    assert DROPPED_BYTES <= sent < 10 * DROPPED_BYTES
    assert time.monotonic() - begin < 8


def test_a_client_that_asks_first_is_answered_at_once(connection: socket.socket) -> None:
    """It has not sent the body, and needn't."""
    connection.sendall(head("/api/v1/auth/login", f"Content-Length: {SIZE}", "Expect: 100-continue"))
    answers = whole_answers(connection)
    assert answers.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answers.lower()


def test_the_control_an_ordinary_client(ann: httpx.Client) -> None:
    assert_problem(ann.post("/tasks", content=b"x" * SIZE), 413)
    assert ann.get("/tasks").status_code == 200
