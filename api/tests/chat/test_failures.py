"""Groq out, refusing, limiting, breaking off: what the user is told, and that the tasks don't suffer."""

import time

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError

from app.chat.loop.agent import Limits
from app.chat.model.groq_client import Patience
from app.chat.service import Assistant
from app.core.config import Settings
from tests.support.chat import Chat
from tests.support.groq_standin import Standin

pytestmark = pytest.mark.slow

UNAVAILABLE = "urn:todo:problem:assistant-unavailable"


def test_without_a_key_it_is_a_clear_problem_and_the_rest_works(ann: httpx.Client, _fresh: None) -> None:
    """`ann` talks to an application that has no key."""
    chat = Chat(ann)
    for response in (chat.ask("hello"), ann.post("/chat", json=chat.body("hello"))):
        assert response.status_code == 503
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["type"] == "urn:todo:problem:assistant-not-configured"
        assert response.json()["detail"] == "The assistant has no key: set GROQ_API_KEY."
    assert "hello" not in [item["text"] for item in ann.get("/chat/messages").json()["items"]]
    assert ann.post("/tasks", json={"title": "Milk"}).status_code == 201


@pytest.mark.parametrize(
    ("fault", "status", "kind", "retry"),
    [
        ("401", 503, UNAVAILABLE, False),
        ("429", 429, "urn:todo:problem:assistant-rate-limited", True),
        ("500", 503, UNAVAILABLE, True),
        ("503", 503, UNAVAILABLE, True),
        ("slow", 503, UNAVAILABLE, True),
        ("cut", 503, UNAVAILABLE, True),
        ("garbled", 503, UNAVAILABLE, True),
        ("stream-error", 503, UNAVAILABLE, True),
    ],
)
def test_a_failure_is_an_event_or_a_problem(
    chat: Chat, standin: Standin, chat_app: FastAPI, fault: str, status: int, kind: str, retry: bool
) -> None:
    standin.fault(fault)
    said = chat.say("hello")
    error = said.one("error")
    assert said.names[-1] == "error"
    assert (error["problem"]["status"], error["problem"]["type"], error["retry"]) == (status, kind, retry)
    assert error["problem"]["request_id"]
    assert error["retry_after"] > 0
    assert chat.http.get("/chat/messages").json()["items"][-1]["state"] == "failed"
    if fault == "429":
        _rest(chat_app)
    response = chat.ask("hello")
    assert (response.status_code, response.json()["type"]) == (status, kind)
    assert int(response.headers["retry-after"]) > 0
    assert response.headers["content-type"] == "application/problem+json"


def _rest(app: FastAPI) -> None:
    app.state.assistant.model.breaker._held_until = 0.0


def test_the_retry_after_of_a_rate_limit_is_passed_on_and_kept_to(chat: Chat, standin: Standin) -> None:
    standin.fault("429x1")
    begin = time.monotonic()
    first = chat.ask("hello")
    assert (first.status_code, first.headers["retry-after"]) == (429, "7")
    assert time.monotonic() - begin < 1  # the SDK would have waited in silence
    asked = standin.asked
    second = chat.ask("hello")
    assert second.status_code == 429
    assert int(second.headers["retry-after"]) <= 7
    assert standin.asked == asked  # it is no use to ask, and would only make it worse


def test_a_short_rate_limit_is_waited_for(chat: Chat, standin: Standin) -> None:
    standin.fault("429-soonx1")
    assert chat.say("add buy milk").names[-1] == "done"


def test_the_same_message_again_after_a_failure_is_answered(chat: Chat, standin: Standin) -> None:
    standin.fault("cut")
    body = chat.body("add buy milk")
    with chat.http.stream("POST", "/chat", json=body) as response:
        assert "event: error" in response.read().decode()
    standin.fault("")
    answer = chat.http.post("/chat", json=body, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    assert chat.titles() == {"Buy milk"}
    assert len(chat.http.get("/chat/messages").json()["items"]) == 2


def test_one_failure_is_retried(chat: Chat, standin: Standin) -> None:
    standin.fault("500x1")
    assert chat.say("add buy milk").names[-1] == "done"


def test_a_broken_model_is_replaced_by_the_smaller_one(chat: Chat, standin: Standin) -> None:
    standin.fault("500x2")  # the SDK's one retry is used up
    assert chat.say("add buy milk").names[-1] == "done"
    assert chat.titles() == {"Buy milk"}


def test_a_model_that_is_gone_is_replaced_by_the_smaller_one(
    chat: Chat, chat_app: FastAPI, chat_settings: Settings
) -> None:
    state = chat_app.state
    gone = chat_settings.model_copy(update={"groq_model": "llama-3.3-70b-versatile"})
    state.assistant = Assistant(gone, state.database, state.keys)
    assert chat.say("add buy milk").names[-1] == "done"


def test_a_model_without_reasoning_gets_none(chat: Chat, chat_app: FastAPI, chat_settings: Settings) -> None:
    state = chat_app.state
    other = chat_settings.model_copy(update={"groq_model": "qwen/qwen3.6-27b"})
    state.assistant = Assistant(other, state.database, state.keys)
    assert chat.say("add buy milk").names[-1] == "done"
    assert chat.say("complete it").names[-1] == "done"


def test_an_unreachable_groq_is_found_out_soon(
    chat: Chat, chat_app: FastAPI, chat_settings: Settings
) -> None:
    state = chat_app.state
    nowhere = chat_settings.model_copy(update={"groq_base_url": "http://127.0.0.1:9"})
    state.assistant = Assistant(nowhere, state.database, state.keys)
    begin = time.monotonic()
    assert chat.say("hello").one("error")["problem"]["type"] == UNAVAILABLE
    assert time.monotonic() - begin < 3


def test_after_three_failures_no_client_waits_any_more(
    chat: Chat, standin: Standin, chat_app: FastAPI
) -> None:
    standin.fault("503")
    for _ in range(3):
        assert chat.ask("hello").status_code == 503
    asked = standin.asked
    refused = chat.http.post("/chat", json=chat.body("hello"))
    assert (refused.status_code, refused.json()["type"]) == (503, UNAVAILABLE)
    assert 0 < int(refused.headers["retry-after"]) <= 15
    assert standin.asked == asked
    breaker = chat_app.state.assistant.model.breaker
    assert (breaker.state, breaker.opened, breaker.refused) == ("open", 1, 1)
    standin.fault("")
    breaker._open_until = 0.0
    assert breaker.state == "half_open"
    assert chat.ask("hello").status_code == 200
    assert breaker.state == "closed"


def test_an_answer_on_record_is_replayed_while_groq_is_down(chat: Chat, standin: Standin) -> None:
    body = chat.body("add buy milk")
    assert "event: done" in chat.http.post("/chat", json=body).text
    standin.fault("503")
    for _ in range(3):
        chat.ask("hello")
    again = chat.http.post("/chat", json=body)
    assert (again.status_code, "event: done" in again.text) == (200, True)


def test_an_answer_that_takes_too_long_ends(
    chat: Chat, standin: Standin, chat_app: FastAPI, chat_settings: Settings
) -> None:
    state = chat_app.state
    little = Limits(seconds=1.5)
    state.assistant = Assistant(chat_settings, state.database, state.keys, little, Patience())
    standin.fault("drip")
    begin = time.monotonic()
    error = chat.say("hello").one("error")
    assert error["problem"]["detail"] == "The assistant took too long."
    assert time.monotonic() - begin < 3
    assert state.assistant.model.breaker.state == "closed"


def test_a_database_outage_in_the_middle_is_an_event(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    def out(*_: object) -> None:
        raise OperationalError("SELECT secret", {}, Exception("canary"))

    monkeypatch.setattr("app.chat.loop.journal.Journal.perform", out)
    error = chat.say("add buy milk").one("error")
    assert error["problem"]["type"] == "urn:todo:problem:database-unavailable"
    assert error["retry"]
    assert chat.titles() == set()


def test_the_unforeseen_is_a_bare_problem(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    def surprise(*_: object) -> None:
        raise RuntimeError("canary")

    monkeypatch.setattr("app.chat.loop.journal.Journal.perform", surprise)
    said = chat.say("add buy milk")
    assert said.one("error")["problem"]["status"] == 500
    assert "canary" not in str(said.events)
