"""No request is refused or lost while the code changes under it."""

import os
import signal
import threading
import time
from dataclasses import dataclass, field

import httpx
import pytest

from tests.support.devserver import DevServer

pytestmark = pytest.mark.slow

RELOADS = 30


def test_a_long_request_is_finished_by_the_old_code(server: DevServer) -> None:
    answers: list[str] = []
    request = threading.Thread(target=lambda: answers.append(server.get("/slow").text))
    request.start()
    server.until_exists("slow")
    server.save("app/value.py", "VALUE = 1\n")
    server.until("early 1")
    assert request.is_alive()  # the new code did not wait for it
    server.save("go-on", "")
    request.join()
    assert answers == ["0"]


def test_an_open_stream_does_not_block_a_reload(server: DevServer) -> None:
    with httpx.stream("GET", server.url + "/stream", timeout=10) as stream:
        chunks = stream.iter_text()
        assert next(chunks) == "data: 0\n\n"
        saved = time.monotonic()
        server.save("app/value.py", "VALUE = 1\n")
        server.until("early 1")
        took = time.monotonic() - saved
        try:
            rest = list(chunks)
        except httpx.RemoteProtocolError:  # cut
            rest = []
        ended = time.monotonic() - saved
    assert took < 1
    assert ended < 2.5
    assert "data: 1\n\n" not in rest


def test_a_client_that_keeps_connections_alive(server: DevServer) -> None:
    with httpx.Client(base_url=server.url, timeout=10) as client:
        for value in range(1, 6):
            server.save("app/value.py", f"VALUE = {value}\n")
            deadline = time.monotonic() + 10
            while client.get("/").text != f"early {value}":
                assert time.monotonic() < deadline


def test_an_idle_connection_is_closed(server: DevServer) -> None:
    """One that never brings a request must not keep the old worker, nor be answered by the old code."""
    import socket

    with socket.create_connection(("127.0.0.1", server.port)) as idle:
        time.sleep(0.1)
        server.save("app/value.py", "VALUE = 1\n")
        server.until("early 1")
        idle.settimeout(3)
        assert idle.recv(1) == b""


@dataclass
class Hammer:
    """Clients that ask without a pause and without retries."""

    server: DevServer
    answers: int = 0
    failures: list[str] = field(default_factory=list)
    done: bool = False

    def ask(self) -> None:
        last = 0
        with httpx.Client(timeout=20) as client:
            while not self.done:
                try:
                    answer = client.get(self.server.url)
                except httpx.TransportError as exc:
                    self.failures.append(repr(exc))
                    continue
                self.answers += 1
                value = int(answer.text.removeprefix("early ")) if answer.status_code == 200 else -1
                if value < last:
                    self.failures.append(f"{answer.text!r} after {last}")
                last = value


def test_no_request_is_lost_in_30_reloads(server: DevServer) -> None:
    hammer = Hammer(server)
    clients = [threading.Thread(target=hammer.ask) for _ in range(4)]
    for client in clients:
        client.start()
    for value in range(1, RELOADS + 1):
        server.save("app/value.py", f"VALUE = {value}\n")
        server.until(f"early {value}")
        time.sleep(0.02 * (value % 4))  # sometimes before the next spare is ready
    hammer.done = True
    for client in clients:
        client.join()
    print(f"{RELOADS} reloads, {hammer.answers} requests, {len(hammer.failures)} lost")
    assert hammer.failures == []
    assert hammer.answers > 10 * RELOADS


def test_no_old_answer_follows_a_new_one_when_the_old_worker_is_slow(server: DevServer) -> None:
    """As on a busy machine: the worker that is to stop gets no CPU time while the next one loads."""
    hammer = Hammer(server)
    clients = [threading.Thread(target=hammer.ask) for _ in range(8)]
    for client in clients:
        client.start()
    for value in range(1, 11):
        old = int(server.get("/pid").text)
        os.kill(old, signal.SIGSTOP)
        server.save("app/value.py", f"VALUE = {value}\n")
        time.sleep(0.35)
        os.kill(old, signal.SIGCONT)
        server.until(f"early {value}")
        server.until_spare()
    hammer.done = True
    for client in clients:
        client.join()
    assert hammer.failures == []
