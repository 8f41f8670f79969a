"""Servers as processes: killed or stopped in the middle of an answer, which another one then continues."""

import os
import signal
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.core.config import Settings
from tests.support.chat import Chat, Said, read_events, replica, talk
from tests.support.groq_standin import Standin, running
from tests.support.serving import Process

pytestmark = pytest.mark.slow

TITLES = {"Buy milk", "Call mum", "Pay rent"}


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standin]:
    """Time enough between two events to strike."""
    with running(tmp_path_factory.mktemp("groq") / "log", word_seconds=0.1) as standin:
        yield standin


def cut_off(chat: Chat, body: dict[str, str], event: str, server: Process) -> bool:
    """Kill the server when the event arrives (the headers count as one); whether the stream broke."""
    try:
        with chat.http.stream("POST", "/chat", json=body) as response:
            lines = response.iter_lines()
            if event != "headers":
                next(line for line in lines if line == f"event: {event}")
            os.kill(server.popen.pid, signal.SIGKILL)
            list(lines)
    except httpx.TransportError:
        return True
    return False


def persist(chat: Chat, body: dict[str, str]) -> tuple[Said, float]:
    """What a client does: the same request until it is taken. The answer, and how long that took."""
    begin = time.monotonic()
    while True:
        with chat.http.stream("POST", "/chat", json=body) as response:
            if response.status_code == 200:
                return read_events(response), time.monotonic() - begin
            assert response.status_code == 409, response.read()
            assert 1 <= int(response.headers["retry-after"]) <= 7
        assert time.monotonic() - begin < 20
        time.sleep(0.5)


def test_after_a_kill_at_any_moment_another_replica_leaves_exactly_the_wanted_tasks(
    chat: Chat, settings: Settings, slow: Standin, tmp_path: Path
) -> None:
    bodies = []
    for event in ("headers", "tool_started", "tool_finished", "text"):
        # Of each kill its own tasks, so that a missing one can't be made up for by another kill's second one.
        wanted = ", ".join(f"{title} {event.replace('_', '-')}" for title in sorted(TITLES))
        bodies.append(chat.body(f"add: {wanted}"))
        with replica(settings, slow, tmp_path / "killed") as server:
            assert cut_off(talk(server, chat), bodies[-1], event, server)
    with replica(settings, slow, tmp_path / "next") as server, ThreadPoolExecutor(4) as pool:
        survivor = talk(server, chat)
        answers = list(pool.map(lambda body: persist(survivor, body), bodies))
    for said, _ in answers:
        assert said.names == ["tool_started", "tool_finished", "text", "done"]
        assert said.one("tool_finished")["count"] == 3
    print(f"taken over {max(seconds for _, seconds in answers):.1f} s after the next replica was up, at most")
    assert len(chat.tasks()) == len(chat.titles()) == 12


def test_a_replica_that_stops_sends_its_clients_elsewhere(
    chat: Chat, settings: Settings, slow: Standin, tmp_path: Path
) -> None:
    body = chat.body("add: buy milk, call mum, pay rent")
    with replica(settings, slow, tmp_path / "stopped") as server:
        with talk(server, chat).http.stream("POST", "/chat", json=body) as response:
            said = read_events(
                response, lambda name: server.popen.terminate() if name == "tool_finished" else None
            )
        assert server.popen.wait(timeout=10) == -signal.SIGTERM
    assert said.names[:2] == ["tool_started", "tool_finished"]
    assert said.events[-1] == ("retry", {"after_ms": 500})
    with replica(settings, slow, tmp_path / "next") as server:
        again, seconds = persist(talk(server, chat), body)
    assert seconds < 6  # no lease to wait for: it was given back
    assert again.names == ["tool_started", "tool_finished", "text", "done"]
    assert chat.titles() == TITLES
    assert len(chat.tasks()) == 3


def test_a_replica_that_stops_tells_json_clients_too(
    chat: Chat, settings: Settings, slow: Standin, tmp_path: Path
) -> None:
    body = chat.body("add buy milk @slow")
    with replica(settings, slow, tmp_path / "stopped") as server, ThreadPoolExecutor(1) as pool:
        asking = talk(server, chat)
        answer = pool.submit(asking.ask, body["message"], uuid.UUID(body["client_message_id"]))
        while not chat.http.get("/chat/messages").json()["items"]:
            time.sleep(0.05)
        server.popen.terminate()
        response: Any = answer.result()
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.json()["type"] == "urn:todo:problem:replica-stopping"


def test_a_question_of_one_replica_is_answered_by_another(
    chat: Chat, settings: Settings, standin: Standin, tmp_path: Path
) -> None:
    chat.add("Photos")
    with replica(settings, standin, tmp_path / "asking") as server:
        question = talk(server, chat).say("delete photos").one("needs_confirmation")
    assert chat.confirm(question).json()["text"] == "Deleted 1 task."
    assert chat.titles() == set()
