"""Talking to the assistant: what a user says, what is done about it, and what is kept."""

import uuid
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.support.chat import Chat


def test_a_stream_tells_what_happens_while_it_happens(chat: Chat) -> None:
    said = chat.say("add buy milk and call mum #home")
    assert said.names == ["tool_started", "tool_finished", "text", "done"]
    started, finished = said.one("tool_started"), said.one("tool_finished")
    assert started == {"call_id": finished["call_id"], "tool": "create_tasks", "summary": "Adding 2 tasks"}
    assert (finished["ok"], finished["summary"], finished["count"]) == (True, "Added 2 tasks", 2)
    assert {task["title"] for task in finished["tasks"]} == {"Buy milk", "Call mum"} == chat.titles()
    assert "“Buy milk”, “Call mum”" in said.text
    assert "stand-in" in said.text  # it does not pass itself off as a language model
    assert said.one("done")["usage"]["model_calls"] == 2
    assert finished["tasks"][0] == chat.http.get(f"/tasks/{finished['tasks'][0]['id']}").json()


def test_json_has_the_whole_answer_at_once(chat: Chat) -> None:
    response = chat.ask("add buy milk")
    assert response.headers["content-type"] == "application/json"
    answer = response.json()
    assert [tool["summary"] for tool in answer["tools"]] == ["Added 1 task"]
    assert "“Buy milk”" in answer["text"]
    assert answer["confirmation"] is None
    assert chat.titles() == {"Buy milk"}


def test_a_stream_may_not_be_held_back(chat: Chat) -> None:
    with chat.http.stream("POST", "/chat", json=chat.body("hello")) as response:
        assert response.headers["cache-control"] == "no-cache, no-transform"
        assert response.headers["x-accel-buffering"] == "no"
        response.read()


def test_everything_a_demo_needs(chat: Chat) -> None:
    chat.say("add buy milk; write the report; water the plants")
    chat.say("complete milk")
    asked = chat.say("rename write the report to Write the annual report").one("needs_confirmation")
    assert chat.confirm(asked).status_code == 200
    chat.say("make the report urgent")
    chat.say("move the report to 2031-05-06")
    tasks = {task["title"]: task for task in chat.tasks()}
    assert tasks["Buy milk"]["completed"]
    report = tasks["Write the annual report"]
    assert (report["priority"], report["due_on"], report["due_at"]) == ("urgent", "2031-05-06", None)
    assert "Water the plants" in chat.say("what is open?").text
    plan = chat.say("plan my day")
    assert plan.names == ["tool_started", "tool_finished", "tool_started", "tool_finished", "text", "done"]
    assert "1. Water the plants" in plan.text


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue", "Europe/Berlin"])
def test_tomorrow_is_tomorrow_where_the_user_is(chat: Chat, zone: str) -> None:
    said = datetime.now(ZoneInfo(zone))
    chat.say("add pack tomorrow", time_zone=zone)
    (task,) = chat.tasks()
    dates = {moment.date() + timedelta(days=1) for moment in (said, datetime.now(ZoneInfo(zone)))}
    assert date.fromisoformat(task["due_on"]) in dates  # the day may end meanwhile
    assert task["due_at"] is None


def test_a_later_message_knows_the_earlier_ones(chat: Chat) -> None:
    chat.say("add book the flight")
    chat.add("Something else")
    chat.say("complete it")
    assert chat.titles(status="completed") == {"Book the flight"}


def test_the_conversation_is_kept_and_can_be_cleared(chat: Chat, bobs: Chat) -> None:
    id_ = uuid.uuid4()
    chat.say("add buy milk", id_)
    chat.say("hello")
    items = chat.http.get("/chat/messages").json()["items"]
    assert [item["role"] for item in items] == ["user", "assistant"] * 2
    assert items[0]["text"] == "add buy milk"
    assert items[0]["id"] == items[1]["client_message_id"] == str(id_)
    assert items[1]["tools"][0]["summary"] == "Added 1 task"
    assert {item["state"] for item in items} == {"done"}
    assert [item["text"] for item in chat.http.get("/chat/messages?limit=1").json()["items"]] == [
        items[3]["text"]
    ]
    assert bobs.http.get("/chat/messages").json() == {"items": []}
    assert bobs.http.delete("/chat/messages").status_code == 204
    assert len(chat.http.get("/chat/messages").json()["items"]) == 4
    assert chat.http.delete("/chat/messages").status_code == 204
    assert chat.http.get("/chat/messages").json() == {"items": []}
    assert chat.titles() == {"Buy milk"}


def test_the_conversation_is_bounded(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.chat.store.turns.KEPT_TURNS", 3)
    for number in range(5):
        chat.say(f"hello {number}")
    texts = [
        item["text"] for item in chat.http.get("/chat/messages").json()["items"] if item["role"] == "user"
    ]
    assert texts == ["hello 2", "hello 3", "hello 4"]


def test_what_a_card_shows_is_bounded(chat: Chat) -> None:
    chat.add(*(f"Task {number}" for number in range(25)), notes="x" * 5000)
    finished = chat.say("what is open?").one("tool_finished")
    assert (finished["count"], len(finished["tasks"]), len(finished["tasks"][0]["notes"])) == (25, 20, 200)


def test_too_many_messages_are_refused_one_user_at_a_time(
    chat: Chat, bobs: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.chat.store.turns.TURNS_PER_MINUTE", 2)
    chat.say("hello")
    chat.say("hello")
    refused = chat.http.post("/chat", json=chat.body("hello"))
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:todo:problem:too-many-messages")
    assert int(refused.headers["retry-after"]) > 0
    assert len(chat.http.get("/chat/messages").json()["items"]) == 4
    bobs.say("hello")


@pytest.mark.parametrize(
    "change",
    [
        {"message": ""},
        {"message": "   "},
        {"message": "x" * 4001},
        {"message": "a\x00b"},
        {"client_message_id": "7"},
        {"time_zone": "x" * 65},
        {"unknown": 1},
    ],
)
def test_a_bad_request_is_refused(chat: Chat, change: dict[str, object]) -> None:
    response = chat.http.post("/chat", json={**chat.body("hello"), **change})
    assert response.status_code == 422
    assert chat.http.get("/chat/messages").json() == {"items": []}


def test_nothing_without_a_login(chat_url: str, chat: Chat) -> None:
    for method, path in (("POST", ""), ("POST", "/confirm"), ("GET", "/messages"), ("DELETE", "/messages")):
        assert httpx.request(method, f"{chat_url}/chat{path}", json={}).status_code == 401


def test_about_tells_of_the_assistant(chat: Chat, ann: httpx.Client) -> None:
    model = "openai/gpt-oss-120b"
    assert chat.http.get("/about").json()["assistant"] == {"model": model, "configured": True}
    assert ann.get("/about").json()["assistant"] == {"model": model, "configured": False}


def test_the_age_of_a_message_is_the_servers(chat: Chat) -> None:
    chat.say("hello")
    (asked, _) = chat.http.get("/chat/messages").json()["items"]
    assert abs(datetime.now(UTC) - datetime.fromisoformat(asked["created_at"])) < timedelta(seconds=10)
