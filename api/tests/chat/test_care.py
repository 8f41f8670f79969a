"""The assistant takes care of what the user wrote: nothing is replaced unseen, unasked, or without a way back."""

import json
import uuid
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI

from app.chat.loop import prompt
from app.chat.loop.agent import _decoded
from app.chat.model import faults
from app.chat.model.breaker import FAILURES, Breaker
from app.chat.model.clean import CleanStream, clean
from app.chat.model.faults import Fault
from app.chat.store.models import ChatStep
from app.chat.tools import registry, steps
from app.chat.tools.effects import Effect, scope_of
from app.chat.tools.steps import within_bounds
from app.core.errors import Problem
from tests.support.chat import Chat

BERLIN = ZoneInfo("Europe/Berlin")
LONG = "line one. " + "0123456789" * 400 + " THE END"
Run = Callable[[str, dict[str, Any]], Effect]


@pytest.fixture
def owner(chat: Chat) -> uuid.UUID:
    return uuid.UUID(chat.http.get("/auth/me").json()["id"])


@pytest.fixture
def run(chat_app: FastAPI, owner: uuid.UUID) -> Run:
    """A tool call, carried out."""

    def run(name: str, arguments: dict[str, Any]) -> Effect:
        tool, checked = registry.parse(name, arguments, {"zone": BERLIN})
        with chat_app.state.database.begin() as session:
            return tool.run(scope_of(session, owner, BERLIN), checked)

    return run


def update(run: Run, task_id: str, **fields: Any) -> dict[str, Any]:
    return run("update_tasks", {"changes": [{"ids": [task_id], **fields}]}).tasks[0].model_dump(mode="json")


def test_notes_that_were_shown_in_part_are_never_replaced(chat: Chat, run: Run) -> None:
    (task_id,) = chat.add("Plumber", notes=LONG)
    told = run("list_tasks", {}).for_model(BERLIN)["tasks"][0]
    assert told["notes_cut"] == f"the first 200 of {len(LONG)} characters"
    with pytest.raises(Problem, match="shown only in part"):
        update(run, task_id, notes=told["notes"] + "\nask for a receipt")
    assert chat.tasks()[0]["notes"] == LONG
    assert update(run, task_id, append_notes="ask for a receipt")["notes"] == f"{LONG}\nask for a receipt"


@pytest.mark.parametrize("fields", [{"title": "x"}, {"notes": "x"}])
def test_what_the_user_wrote_is_replaced_only_after_a_question(fields: dict[str, str]) -> None:
    """A text inside a task may have told the model to do it."""
    call = {"changes": [{"ids": [str(uuid.uuid4())], **fields}]}
    assert not within_bounds(*registry.parse("update_tasks", call, {}), [])
    call = {"changes": [{"ids": [str(uuid.uuid4())], "priority": "low", "append_notes": "x"}]}
    assert within_bounds(*registry.parse("update_tasks", call, {}), [])


def test_another_day_keeps_the_time(chat: Chat, run: Run) -> None:
    """In its own zone, over the change of the clocks."""
    (timed,) = chat.add("timed", due_at="2026-10-23T09:00:00Z", due_zone="Europe/Berlin")  # 11:00 there
    (whole,) = chat.add("whole", due_on="2026-10-23")
    moved = update(run, timed, due_at="2026-10-30")
    assert (moved["due_on"], moved["due_at"]) == (None, "2026-10-30T10:00:00Z")
    assert update(run, whole, due_at="2026-10-30")["due_on"] == "2026-10-30"
    assert update(run, timed, due_at="2026-10-31T08:30")["due_at"] == "2026-10-31T07:30:00Z"
    assert update(run, timed, due_at="2026-11-01", whole_day=True)["due_on"] == "2026-11-01"
    assert update(run, timed, clear_due=True)["due_on"] is None


def test_a_list_says_what_it_left_out_and_goes_on(chat: Chat, run: Run) -> None:
    for _ in range(4):
        chat.add(*(f"task {number}" for number in range(20)))
    first = run("list_tasks", {}).for_model(BERLIN)
    assert first["shown"] == "1 to 50 of 80; for more ask for the next page"
    second = run("list_tasks", {"page": 2}).for_model(BERLIN)
    assert second["shown"] == "51 to 80 of 80"
    assert len({task["id"] for told in (first, second) for task in told["tasks"]}) == 80


def test_a_list_too_long_for_the_prompt_is_whole_json(chat: Chat, run: Run) -> None:
    notes, tags = "n" * 200, [f"{number}" * 20 for number in range(10, 20)]
    chat.add(*(f"{number}" * 80 for number in range(10, 60)), notes=notes, tags=tags)
    told = run("list_tasks", {}).for_model(BERLIN)
    assert len(json.dumps(told)) < prompt.MAX_RESULT_CHARS
    assert told["notes_left_out"]
    assert "smaller limit" in told["shown"]


def test_what_was_finished_can_be_asked_for(chat: Chat, run: Run) -> None:
    done, _ = chat.add("done", "open")
    chat.http.patch(f"/tasks/{done}", json={"completed": True})
    (told,) = run("list_tasks", {"completed_since": "2020-01-01"}).for_model(BERLIN)["tasks"]
    assert told["title"] == "done"
    assert len(told["completed"]) == len("2026-11-27T15:00")
    assert run("list_tasks", {"completed_since": "2990-01-01"}).tasks == []


def test_the_question_shows_before_and_after_and_does_nothing(
    chat: Chat, chat_app: FastAPI, owner: uuid.UUID
) -> None:
    (task_id,) = chat.add("Rent", priority="low", due_on="2026-12-01")
    fields = {"title": "Pay rent", "priority": "urgent", "due_at": "2026-12-24"}
    tool, arguments = registry.parse(
        "update_tasks", {"changes": [{"ids": [task_id], **fields}]}, {"zone": BERLIN}
    )
    step = ChatStep(id=uuid.uuid4(), turn_id=uuid.uuid4(), ordinal=0, tool=tool.name, arguments={})
    with chat_app.state.database.begin() as session:
        steps.record_question(step, tool, arguments, scope_of(session, owner, BERLIN))
    (change,) = step.event["changes"]

    def shown(task: dict[str, Any]) -> tuple[Any, ...]:
        return task["title"], task["priority"], task["due_on"]

    assert shown(change["before"]) == ("Rent", "low", "2026-12-01")
    assert shown(change["after"]) == ("Pay rent", "urgent", "2026-12-24")
    assert shown(chat.tasks()[0]) == shown(change["before"])
    assert chat.tasks()[0]["version"] == 1


def test_what_the_assistant_did_can_be_undone(chat: Chat) -> None:
    chat.add("buy milk")
    event = chat.say("make milk urgent").all("tool_finished")[-1]
    assert chat.tasks()[0]["priority"] == "urgent"
    assert chat.http.post(f"/changes/{event['change_id']}/undo").status_code == 200
    assert chat.tasks()[0]["priority"] == "none"
    stored = chat.http.get("/chat/messages").json()["items"][-1]["tools"][-1]
    assert stored["change_id"] == event["change_id"]


def test_confirmed_deletions_can_be_undone(chat: Chat) -> None:
    chat.add("buy milk", "buy bread")
    asked = chat.say("delete milk").one("needs_confirmation")
    assert asked["changes"][0]["after"]["deleted_at"]
    tool = chat.confirm(asked).json()["tool"]
    assert chat.titles() == {"buy bread"}
    assert chat.http.post(f"/changes/{tool['change_id']}/undo").status_code == 200
    assert chat.titles() == {"buy milk", "buy bread"}


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (["a\x00b"], "ab"),
        (["\ud83d", "\ude00"], "😀"),
        (["x\ud83d", "\ude00y"], "x😀y"),
        (["\ud83d", "no"], "no"),
        (["\ude00é"], "é"),
        (["é", "\ud83d"], "é"),
        (["\ud83d\ude00"], "😀"),
    ],
)
def test_half_characters_are_joined_or_dropped(pieces: list[str], text: str) -> None:
    stream = CleanStream()
    assert "".join(stream.add(piece) for piece in pieces) == text


def test_arguments_are_cleaned_after_their_escapes() -> None:
    arguments = r'{"items": [{"title": "a\u0000\ud83d\ude00\ud83d", "\u0000notes": "x"}]}'
    assert _decoded(arguments) == {"items": [{"title": "a😀", "notes": "x"}]}
    assert clean("plain") == "plain"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (413, {"code": "rate_limit_exceeded"}),
        (
            0,
            {
                "code": "rate_limit_exceeded",
                "message": "Request too large for model `m` on tokens per minute",
            },
        ),
        (400, {"code": "context_length_exceeded", "message": "Please reduce the length of the messages."}),
    ],
    ids=["status", "in mid-stream", "context"],
)
def test_too_large_is_neither_a_rate_limit_nor_an_outage(status: int, error: dict[str, str]) -> None:
    fault = faults.from_status(status, {"error": error}, 5)
    assert isinstance(fault, Fault)
    assert (fault.status, fault.retry, fault.outage) == (413, False, False)
    assert "rate limit" not in fault.detail
    breaker = Breaker()
    for _ in range(FAILURES + 1):
        with pytest.raises(Fault), breaker.guard():
            raise fault
    breaker.check()


def test_a_request_too_large_is_shortened() -> None:
    """First by what was said before, then by the results; never by the user's own words."""
    begin = [{"role": "system", "content": "rules"}]
    earlier = [{"role": "user", "content": "old"}, {"role": "assistant", "content": "answer"}]
    now = [
        {"role": "user", "content": "new"},
        *prompt.call_and_result("1", "list_tasks", "{}", {"x": "y" * 5000}),
    ]
    first = prompt.shortened([*begin, *earlier, *now])
    assert first == [*begin, *now]
    second = prompt.shortened(first)
    assert second is not None
    assert len(str(second)) < len(str(first)) - 2000
    assert second[1] == now[0]
    while second is not None:
        last, second = second, prompt.shortened(second)
    assert last[1] == now[0]
