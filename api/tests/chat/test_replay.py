"""The same message again: after its answer, during it, and after an end before its time."""

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from app.chat.loop.journal import Journal, Said, TurnLost
from app.chat.schemas import ChatRequest, Usage
from app.chat.service import Assistant
from app.chat.store import turns
from app.chat.tools import registry
from app.core.config import Settings
from tests.support.chat import Chat
from tests.support.groq_standin import Standin

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _patient(chat_app: FastAPI, chat_settings: Settings, _fresh: None) -> None:
    """As in production: slow answers are answers."""
    state = chat_app.state
    state.assistant = Assistant(chat_settings, state.database, state.keys)


def without_text(events: list[tuple[str, dict[str, object]]]) -> list[tuple[str, dict[str, object]]]:
    return [event for event in events if event[0] != "text"]


def test_a_finished_answer_is_told_again(chat: Chat, standin: Standin) -> None:
    id_ = uuid.uuid4()
    first = chat.say("add buy milk", id_)
    asked = standin.asked
    again = chat.say("add buy milk", id_)
    assert without_text(again.events) == without_text(first.events)
    assert again.text == first.text
    assert chat.ask("add buy milk", id_).json()["text"] == first.text
    assert standin.asked == asked
    assert len(chat.tasks()) == 1


def test_an_open_question_is_asked_again(chat: Chat) -> None:
    id_ = uuid.uuid4()
    chat.add("Photos")
    first = chat.say("delete photos", id_).one("needs_confirmation")
    again = chat.say("delete photos", id_).one("needs_confirmation")
    assert again == first
    chat.confirm(again)
    finished = chat.say("delete photos", id_).all("tool_finished")[-1]
    assert (finished["state"], finished["summary"]) == ("done", "Deleted 1 task")


def test_an_id_belongs_to_one_message_of_one_user(chat: Chat, bobs: Chat) -> None:
    id_ = uuid.uuid4()
    chat.say("add buy milk", id_)
    reused = chat.http.post("/chat", json=chat.body("add buy bread", id_))
    assert (reused.status_code, reused.json()["type"]) == (409, "urn:todo:problem:message-id-reused")
    bobs.say("add buy bread", id_)
    assert (chat.titles(), bobs.titles()) == ({"Buy milk"}, {"Buy bread"})


def test_the_same_message_at_once_is_answered_once(chat: Chat) -> None:
    body = chat.body("add buy milk @dripx1")
    with ThreadPoolExecutor(6) as pool:
        answers = [pool.submit(chat.http.post, "/chat", json=body) for _ in range(6)]
        found = [answer.result() for answer in answers]
    assert sorted(answer.status_code for answer in found) == [200] + [409] * 5
    for refused in (answer for answer in found if answer.status_code == 409):
        assert refused.json()["type"] == "urn:todo:problem:answer-running"
        assert 1 <= int(refused.headers["retry-after"]) <= 7
    assert len(chat.tasks()) == 1


def test_a_client_that_left_finds_its_answer_continued(chat: Chat) -> None:
    """Two slow calls of the model, so that there is time to leave: after the first the task is there."""
    body = chat.body("add buy milk @dripx2")
    with chat.http.stream("POST", "/chat", json=body) as response:
        for line in response.iter_lines():
            if line == "event: tool_finished":
                break
    deadline = time.monotonic() + 5
    while chat.http.get("/chat/messages").json()["items"][-1]["state"] != "interrupted":
        assert time.monotonic() < deadline
    again = chat.say(body["message"], uuid.UUID(body["client_message_id"]))
    assert again.names == ["tool_started", "tool_finished", "text", "done"]
    assert len(chat.tasks()) == 1


def test_a_runner_that_lost_its_lease_can_do_nothing(
    chat: Chat, chat_app: FastAPI, settings: Settings
) -> None:
    database = chat_app.state.database
    owner = uuid.UUID(chat.http.get("/auth/me").json()["id"])
    request = ChatRequest(message="add buy milk", client_message_id=uuid.uuid4())
    slow, quick = uuid.uuid4(), uuid.uuid4()
    turn, _ = turns.begin(database, owner, request, slow)
    with psycopg.connect(settings.database_url.get_secret_value()) as connection:
        connection.cursor().execute("UPDATE chat_turns SET lease_until = now() - interval '1 s'")
    turns.begin(database, owner, request, quick)
    turns.renew(database, {slow})
    tool, arguments = registry.parse("create_tasks", {"items": [{"title": "Buy milk"}]}, {})
    with pytest.raises(TurnLost):
        Journal(database, turn, slow).perform(uuid.uuid4(), tool, arguments, Said())
    with pytest.raises(TurnLost):
        Journal(database, turn, slow).finish("done", "", Usage())
    assert chat.titles() == set()
    Journal(database, turn, quick).perform(uuid.uuid4(), tool, arguments, Said())
    assert chat.titles() == {"Buy milk"}


def test_a_cleared_conversation_ends_its_running_answer(chat: Chat) -> None:
    cleared = threading.Event()

    def clear() -> httpx.Response:
        cleared.wait()
        return chat.http.delete("/chat/messages")

    with ThreadPoolExecutor(1) as pool:
        clearing = pool.submit(clear)
        with chat.http.stream("POST", "/chat", json=chat.body("add buy milk @dripx1")) as response:
            cleared.set()
            told = response.read().decode()
        assert clearing.result().status_code == 204
    assert "answer-lost" in told
    assert chat.http.get("/chat/messages").json() == {"items": []}


def test_silence_is_filled_with_comments(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.chat.http.stream.KEEP_ALIVE", 0.2)
    said = chat.say("add buy milk @dripx1")
    assert said.comments >= 3
    assert said.names == ["tool_started", "tool_finished", "text", "done"]
