"""The user's word: what waits for it, who may give it, when and how often."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import jwt
import pytest

from tests.support.chat import ASKED_AFTER_LISTING, Chat


def test_a_deletion_waits_for_the_users_word(chat: Chat) -> None:
    chat.add("Old letters", "Photos")
    said = chat.say("delete old letters")
    assert said.names == ASKED_AFTER_LISTING
    question = said.one("needs_confirmation")
    assert (question["action"], question["count"], question["task_titles"]) == ("delete", 1, ["Old letters"])
    assert question["call_id"] == said.all("tool_started")[1]["call_id"]
    assert chat.titles() == {"Old letters", "Photos"}
    confirmed = chat.confirm(question).json()
    assert confirmed["text"] == "Deleted 1 task."
    assert confirmed["tool"]["ok"] and confirmed["tool"]["tasks"][0]["deleted_at"]
    assert chat.titles() == {"Photos"}
    tool = chat.http.get("/chat/messages").json()["items"][1]["tools"][1]
    assert (tool["state"], tool["confirmation"]) == ("done", None)


def test_a_denied_deletion_stays_undone(chat: Chat) -> None:
    chat.add("Old letters")
    question = chat.say("delete old letters").one("needs_confirmation")
    assert chat.confirm(question, approve=False).json() == {
        "text": "Not allowed, nothing was done.",
        "tool": None,
    }
    assert chat.titles() == {"Old letters"}
    again = chat.confirm(question)
    assert (again.status_code, again.json()["type"]) == (409, "urn:todo:problem:confirmation-used")


def test_a_confirmation_is_good_once_for_its_owner_and_for_a_while(
    chat: Chat, bobs: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    (id_,) = chat.add("Old letters")
    question = chat.ask("delete old letters").json()["confirmation"]
    foreign = bobs.confirm(question)
    assert (foreign.status_code, foreign.json()["type"]) == (403, "urn:todo:problem:confirmation-invalid")
    assert chat.confirm({"token": "nonsense"}).status_code == 403
    login = chat.http.headers["authorization"].removeprefix("Bearer ")
    assert chat.confirm({"token": login}).status_code == 403
    stolen = {"Authorization": f"Bearer {question['token']}"}
    assert chat.http.get("/tasks", headers=stolen).status_code == 401
    assert chat.confirm(question).status_code == 200
    chat.http.post(f"/tasks/{id_}/restore")
    assert chat.confirm(question).status_code == 409
    assert chat.titles() == {"Old letters"}
    monkeypatch.setattr("app.chat.tools.steps.CONFIRM_WITHIN", -1)
    chat.say("delete old letters")
    tool = chat.http.get("/chat/messages").json()["items"][-1]["tools"][1]
    assert (tool["state"], tool["confirmation"]) == ("expired", None)


def test_a_cleared_conversation_can_not_be_confirmed(chat: Chat) -> None:
    chat.add("Old letters")
    question = chat.say("delete old letters").one("needs_confirmation")
    chat.http.delete("/chat/messages")
    assert chat.confirm(question).status_code == 409
    assert chat.titles() == {"Old letters"}


def test_an_open_question_survives_a_reload_of_the_page(chat: Chat) -> None:
    chat.add("Old letters")
    chat.say("delete old letters")
    tool = chat.http.get("/chat/messages").json()["items"][1]["tools"][1]
    assert (tool["state"], tool["ok"]) == ("awaiting", False)
    assert chat.confirm(tool["confirmation"]).status_code == 200
    assert chat.titles() == set()


@pytest.mark.parametrize(("count", "asked"), [(5, False), (6, True)])
def test_more_than_five_changes_wait_for_the_users_word(chat: Chat, count: int, asked: bool) -> None:
    chat.add(*(f"Task {number}" for number in range(count)))
    said = chat.say("complete everything")
    assert bool(said.all("needs_confirmation")) == asked
    assert len(chat.tasks(status="completed")) == (0 if asked else count)
    if asked:
        question = said.one("needs_confirmation")
        assert (question["action"], question["count"]) == ("complete", 6)
        assert chat.confirm(question).json()["text"] == "Completed 6 tasks."
        assert len(chat.tasks(status="completed")) == 6


def test_an_expired_confirmation_is_refused(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    def issue(step_id: uuid.UUID, owner_id: uuid.UUID, _expires_at: datetime, key: str) -> str:
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        claims = {"sub": str(owner_id), "jti": str(step_id), "aud": "todo-chat-confirmation", "exp": long_ago}
        return jwt.encode(claims, key, algorithm="HS256")

    chat.add("Old letters")
    monkeypatch.setattr("app.chat.tools.confirm.issue", issue)
    question = chat.say("delete old letters").one("needs_confirmation")
    late = chat.confirm(question)
    assert (late.status_code, late.json()["type"]) == (409, "urn:todo:problem:confirmation-expired")
    assert chat.titles() == {"Old letters"}


def test_two_words_at_once_are_one(chat: Chat) -> None:
    chat.add("Old letters")
    question = chat.say("delete old letters").one("needs_confirmation")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: chat.confirm(question).status_code, range(8)))
    assert sorted(answers) == [200] + [409] * 7
