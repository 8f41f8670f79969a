"""Which changes the user's own words ask for. Everything else waits for a confirmation."""

import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI

from app.chat.consent.covers import covers
from app.chat.consent.request import requests
from app.chat.consent.said import said
from app.chat.store.models import ChatStep, ChatTurn
from app.chat.tools import registry
from app.chat.tools.effects import scope_of
from tests.support.chat import Chat

UTC_ZONE = ZoneInfo("UTC")
TODAY = datetime.now(UTC).date()
TASKS: dict[str, dict[str, Any]] = {
    "Buy milk": {"tags": ["groceries"], "due_on": str(TODAY)},
    "Buy stamps": {"priority": "urgent"},
    "Write the annual report": {"due_on": str(TODAY - timedelta(days=3))},
    "Rent": {"due_on": str(TODAY + timedelta(days=1))},
    "Eggs": {"tags": ["groceries"], "priority": "low"},
}
MILK, STAMPS, REPORT, RENT, EGGS = TASKS
Asked = Callable[..., bool]


@pytest.fixture
def unasked(chat: Chat, chat_app: FastAPI) -> Asked:
    """Whether the call is done without a question, after this message and earlier ones with their answers."""
    ids = {title: chat.add(title, **fields)[0] for title, fields in TASKS.items()}
    owner = uuid.UUID(chat.http.get("/auth/me").json()["id"])

    def unasked(message: str, name: str, titles: list[str], earlier: Any = (), **fields: Any) -> bool:
        call: dict[str, Any] = {"ids": [ids.get(title) for title in titles], **fields}
        if name == "update_tasks":
            call = {"changes": [call]}
        if name == "create_tasks":
            call = {"items": [{"title": title, **fields} for title in titles]}
        _, arguments = registry.parse(name, call, {"zone": UTC_ZONE})
        told = [_record(*each, ids=ids) for each in earlier]
        with chat_app.state.database.begin() as session:
            return covers(
                said(message, told, [_listing(ids, [MILK])]), arguments, scope_of(session, owner, UTC_ZONE)
            )

    return unasked


def _listing(ids: dict[str, str], titles: list[str]) -> ChatStep:
    tasks = [{"id": ids[title], "title": title} for title in titles]
    return ChatStep(turn_id=uuid.uuid4(), ordinal=0, tool="list_tasks", arguments={}, result={"tasks": tasks})


def _record(
    message: str, answer: str, listed: list[str], *, ids: dict[str, str]
) -> tuple[ChatTurn, list[ChatStep]]:
    turn = ChatTurn(
        owner_id=uuid.uuid4(),
        client_message_id=uuid.uuid4(),
        message=message,
        answer=answer,
        time_zone="UTC",
    )
    return turn, [_listing(ids, listed)]


@pytest.mark.parametrize(
    ("message", "titles"),
    [
        ("complete milk", [MILK]),
        ("Complete the milk task, please.", [MILK]),
        ("Could you please complete buy milk and the annual report?", [MILK, REPORT]),
        ("finish all groceries", [MILK, EGGS]),
        ("complete everything tagged groceries", [MILK, EGGS]),
        ("mark the milk as done and close rent", [MILK, RENT]),
        ("mark everything as done", list(TASKS)),
        ("tick all my tasks off", list(TASKS)),
        ("complete all overdue tasks", [REPORT]),
        ("mark everything due today as completed", [MILK]),
        ("complete all urgent tasks", [STAMPS]),
        ("I've finished the report", [REPORT]),
        ("milk is done", [MILK]),
        ("Rent: done!", [RENT]),
        ("I want to close the eggs", [EGGS]),
    ],
)
def test_completions_that_the_user_names(unasked: Asked, message: str, titles: list[str]) -> None:
    assert unasked(message, "complete_tasks", titles)
    rest = [title for title in TASKS if title not in titles]
    assert not rest or not unasked(message, "complete_tasks", [*titles, *rest])
    assert not any(unasked(message, "complete_tasks", [title]) for title in rest)
    assert not unasked(message, "complete_tasks", titles, completed=False)
    assert not unasked(message, "update_tasks", titles, priority="urgent")
    assert not unasked(message, "update_tasks", titles, due_at="2099-01-01")


@pytest.mark.parametrize(
    "message",
    [
        "what is on my list?",
        "show all my tasks",
        "Show everything due today",
        "list everything that is done",
        "give me all urgent tasks",
        "What did I finish this week?",
        "is milk done?",
        "milk done?",
        "tell me about the milk and when rent is done",
        "how do I complete everything?",
        "don't complete everything",
        "complete everything except milk",
        "complete all old tasks",
        "complete the task",
        "complete it",
        "make a summary of everything urgent",
        "hello",
        "thanks",
        "summarise milk, rent, eggs, stamps and the report",
        "erledige alles",
    ],
)
def test_what_asks_for_no_change(unasked: Asked, message: str) -> None:
    """Or for one that is not understood: a question costs one click."""
    for title in TASKS:
        assert not unasked(message, "complete_tasks", [title])
        assert not unasked(message, "complete_tasks", [title], completed=False)
        for fields in (
            {"priority": "urgent"},
            {"due_at": str(TODAY)},
            {"clear_due": True},
            {"add_tags": ["x"]},
        ):
            assert not unasked(message, "update_tasks", [title], **fields)
    assert not unasked(message, "create_tasks", ["Gold"])


@pytest.mark.parametrize(
    ("message", "titles", "fields"),
    [
        ("make milk urgent", [MILK], {"priority": "urgent"}),
        ("set the priority of the report to high", [REPORT], {"priority": "high"}),
        ("prioritise rent", [RENT], {"priority": "high"}),
        ("mark all groceries as low priority", [MILK, EGGS], {"priority": "low"}),
        ("make all urgent tasks low", [STAMPS], {"priority": "low"}),
        ("remove the priority of the eggs", [EGGS], {"priority": "none"}),
        ("move the report to friday", [REPORT], {"due_at": "2027-01-01"}),
        ("move the report to 2031-05-06", [REPORT], {"due_at": "2031-05-06"}),
        ("Please push rent and stamps by two days", [RENT, STAMPS], {"due_at": "2027-01-01"}),
        ("postpone everything due today to tomorrow", [MILK], {"due_at": "2027-01-01"}),
        ("move all overdue tasks to next monday at 9am", [REPORT], {"due_at": "2027-01-04T09:00"}),
        ("push milk a week", [MILK], {"due_at": "2027-01-01"}),
        ("set milk to friday", [MILK], {"due_at": "2027-01-01"}),
        ("reschedule the rent on friday", [RENT], {"due_at": "2027-01-01"}),
        ("remove the due date of the report", [REPORT], {"clear_due": True}),
        ("tag milk with home", [MILK], {"add_tags": ["home"]}),
        ("add the tag home to rent", [RENT], {"add_tags": ["home"]}),
        ("remove #groceries from eggs", [EGGS], {"remove_tags": ["groceries"]}),
        (
            "Add the line: ask for a receipt, to the notes of rent",
            [RENT],
            {"append_notes": "ask for a receipt"},
        ),
    ],
)
def test_updates_that_the_user_names(
    unasked: Asked, message: str, titles: list[str], fields: dict[str, Any]
) -> None:
    assert unasked(message, "update_tasks", titles, **fields)
    for title in set(TASKS) - set(titles):
        assert not unasked(message, "update_tasks", [*titles, title], **fields)
    for other in ({"priority": "medium"}, {"add_tags": ["spam"]}, {"append_notes": "spam"}):
        assert not unasked(message, "update_tasks", titles, **other)
    assert not unasked(message, "complete_tasks", titles)
    assert not unasked(message, "create_tasks", ["Gold"])


@pytest.mark.parametrize(
    "message", ["plan my week", "Help me plan my day, please", "plan tomorrow", "organise the next two weeks"]
)
def test_a_plan_gives_dates_and_priorities_and_nothing_else(unasked: Asked, message: str) -> None:
    soon = str(TODAY + timedelta(days=3))
    assert unasked(message, "update_tasks", list(TASKS), due_at=soon, priority="high")
    assert not unasked(message, "update_tasks", [MILK], due_at="2099-01-01")
    assert not unasked(message, "update_tasks", [MILK], clear_due=True)
    assert not unasked(message, "update_tasks", [MILK], add_tags=["x"])
    assert not unasked(message, "complete_tasks", [MILK])
    assert not unasked(message, "create_tasks", ["Gold"])


@pytest.mark.parametrize(
    ("message", "titles", "fields"),
    [
        ("add bread", ["Bread"], {}),
        (
            "Please add bread tomorrow, it is urgent #home",
            ["Bread"],
            {"priority": "urgent", "tags": ["home"]},
        ),
        ("Remind me to pay the bill on friday", ["Pay the bill"], {"due_at": "2027-01-01"}),
        ("I need to pay the bills", ["Pay the bill"], {}),
    ],
)
def test_new_tasks_in_the_users_words(
    unasked: Asked, message: str, titles: list[str], fields: dict[str, Any]
) -> None:
    assert unasked(message, "create_tasks", titles, **fields)
    assert not unasked(message, "create_tasks", [*titles, "Gold"], **fields)
    assert not unasked(message, "create_tasks", titles * 2, **fields)
    assert not unasked(message, "create_tasks", titles, notes="spam", **fields)
    assert not unasked(message, "complete_tasks", [MILK])


@pytest.mark.parametrize(
    ("earlier", "message", "named"),
    [
        (("what is next?", "Rent is next.", [RENT, MILK]), "complete it", [RENT]),
        (("what is open?", "Rent and Buy milk.", [RENT, MILK]), "complete them", [RENT, MILK]),
        (("what is open?", "Rent and Buy milk.", [RENT, MILK]), "complete it", []),
        (("what is open?", "Two tasks.", [RENT, MILK]), "complete the second one", [MILK]),
        (("what is open?", "Two tasks.", [RENT, MILK]), "complete 1", [RENT]),
        (("complete milk", "Which one do you mean?", [MILK, RENT]), "the rent", [MILK, RENT]),
        (("what is open?", "Shall I complete “Rent”?", [RENT]), "yes, please", [RENT]),
        (("what is open?", "You could complete Rent.", [RENT]), "yes", []),
        (("complete rent", "I couldn't work that out.", []), "try again", [RENT]),
        (("complete rent", "I completed Rent.", [RENT]), "thanks", []),
        (("complete rent", "I completed Rent. Anything else?", [RENT]), "what else is there?", []),
    ],
)
def test_a_conversation_goes_on(
    unasked: Asked, earlier: tuple[str, str, list[str]], message: str, named: list[str]
) -> None:
    found = [title for title in TASKS if unasked(message, "complete_tasks", [title], [earlier])]
    assert sorted(found) == sorted(named)


@pytest.mark.parametrize(
    "filling",
    [" ", "\n", "to ", "and then ", "on friday ", ", ", "done ", "please ", ";", "!", "?", "a:", "\u2019"],
)
def test_no_message_takes_long_to_read(filling: str) -> None:
    """It is read while the answer's row is locked."""
    began = time.process_time()
    requests(f"move a{filling * 4000}"[:3999] + "x")
    assert time.process_time() - began < 0.5
