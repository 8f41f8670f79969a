"""How much English the stand-in understands. It is enough for a demo, and the stand-in admits what it lacks."""

import sys
from datetime import datetime
from typing import Any

import pytest

from tests.support.groq_standin import FOLDER

sys.path.insert(0, str(FOLDER))  # an image's folder, no package of this repository

from standin import dates, english, planning, scripts, targets

NOW = datetime(2026, 11, 23, 14, 0)  # a Monday
TASKS: list[dict[str, Any]] = [
    {"id": "1", "title": "Buy milk"},
    {"id": "2", "title": "Write the report", "tags": ["work"]},
    {"id": "3", "title": "Read the report"},
    {"id": "4", "title": "Call mum"},
]


@pytest.mark.parametrize(
    ("text", "due", "rest"),
    [
        ("buy milk tomorrow", "2026-11-24", "buy milk"),
        ("call mum on friday at 5pm", "2026-11-27T17:00", "call mum"),
        ("pay rent by 1 December", "2026-12-01", "pay rent"),
        ("pay rent on jan 3rd", "2027-01-03", "pay rent"),
        ("report in 2 weeks", "2026-12-07", "report"),
        ("party next monday", "2026-11-30", "party"),
        ("dinner tonight", "2026-11-23T20:00", "dinner"),
        ("standup at 9:30", "2026-11-24T09:30", "standup"),
        ("standup at 15:30", "2026-11-23T15:30", "standup"),
        ("renew it 2027-02-28", "2027-02-28", "renew it"),
        ("lunch tomorrow at noon", "2026-11-24T12:00", "lunch"),
    ],
)
def test_dates_are_found_and_cut_out(text: str, due: str, rest: str) -> None:
    assert dates.find(text, NOW) == dates.Found(due, rest)


@pytest.mark.parametrize("text", ["buy 7up", "read 1984", "meet May", "renew 2026-02-31", "sun cream"])
def test_text_without_a_date_stays(text: str) -> None:
    assert dates.find(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "what", "due"),
    [
        ("z1 to friday", "z1", "2026-11-27"),
        ("the report to tomorrow at 5pm", "the report", "2026-11-24T17:00"),
        ("the letter to mum to next week", "the letter to mum", "2026-11-30"),
        ("the report by friday", "the report", "2026-11-27"),
        ("milk 24 dec 2027", "milk", "2027-12-24"),
        ("milk to somewhere", "milk to somewhere", None),
    ],
)
def test_moving_names_task_and_date(text: str, what: str, due: str | None) -> None:
    found = dates.split(text, NOW)
    assert (found[0], found[1].due if found[1] else None) == (what, due)


def test_moving_tasks_keeps_the_time_of_each() -> None:
    (wish,) = english.wishes("move z1 and z2 and z3 to friday")
    script = scripts.script(wish, scripts.Situation(NOW))
    next(script)
    listed = [
        {"id": "1", "title": "z1", "due": "2026-11-24T11:00"},
        {"id": "2", "title": "z2", "due": "2026-11-24"},
        {"id": "3", "title": "z3"},
    ]
    call = script.send({"tasks": listed, "count": 3})
    assert call.name == "update_tasks"
    assert call.arguments["changes"] == [
        {"ids": ["1"], "due_at": "2026-11-27T11:00"},
        {"ids": ["2", "3"], "due_at": "2026-11-27"},
    ]


def test_a_named_time_replaces_the_previous_one() -> None:
    assert dates.moved("2026-11-24T11:00", "2026-11-27T17:00") == "2026-11-27T17:00"


def test_a_sentence_keeps_the_words_of_its_title() -> None:
    cream = english.item("buy sun cream tomorrow at 3pm", NOW)
    assert cream == {"title": "Buy sun cream", "due_at": "2026-11-24T15:00"}
    assert english.item("read john 3:16 to kids", NOW) == {"title": "Read john 3:16 to kids"}
    assert english.item("call mum tomorrow with high priority tagged family", NOW) == {
        "title": "Call mum",
        "due_at": "2026-11-24",
        "priority": "high",
        "tags": ["family"],
    }


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("buy milk", ["Buy milk"]),
        ("buy bread and butter", ["Buy bread and butter"]),
        ("buy milk and call mum", ["Buy milk", "Call mum"]),
        ("milk, bread and eggs", ["Milk", "Bread", "Eggs"]),
        ("- one\n- two\n3. three", ["One", "Two", "Three"]),
        ("“Dinner, with friends” and “Cinema”", ["Dinner, with friends", "Cinema"]),
        ("buy milk to my list", ["Buy milk"]),
    ],
)
def test_things_to_add_are_split(text: str, titles: list[str]) -> None:
    assert [item["title"] for item in english.items(text, NOW)] == titles


def test_an_item_keeps_its_details() -> None:
    assert english.item("call mum tomorrow 5pm !high #family", NOW) == {
        "title": "Call mum",
        "due_at": "2026-11-24T17:00",
        "priority": "high",
        "tags": ["family"],
    }


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Please add buy milk", "add", {"items": "buy milk"}),
        ("remind me to call mum", "add", {"items": "call mum"}),
        ("add a task to water the plants", "add", {"items": "water the plants"}),
        ("what's due today?", "list", {}),
        ("show my tasks", "list", {}),
        ("mark the report as done", "complete", {"what": "the report"}),
        ("I finished the report!", "complete", {"what": "the report"}),
        ("the report is done", "complete", {"what": "the report"}),
        ("rename milk to oat milk", "rename", {"what": "milk", "title": "oat milk"}),
        ("move the report to friday", "reschedule", {"what": "the report to friday"}),
        ("make milk high priority", "prioritise", {"what": "milk", "priority": "high"}),
        ("set the priority of milk to low", "prioritise", {"what": "milk", "priority": "low"}),
        ("delete all completed tasks", "delete", {"what": "all completed tasks"}),
        ("bring back milk", "restore", {"what": "milk"}),
        ("reopen milk", "reopen", {"what": "milk"}),
        ("tag milk with shopping", "tag", {"what": "milk", "tags": "shopping"}),
        ("plan my day", "plan", {"span": "day"}),
        ("Could you please help me plan my week?", "plan", {"span": "week"}),
        ("hello", "help", {}),
        ("sing a song", "unknown", {}),
    ],
)
def test_wishes_are_recognised(text: str, kind: str, words: dict[str, str]) -> None:
    (wish,) = english.wishes(text)
    assert wish.kind == kind
    assert words.items() <= wish.words.items()


def test_several_sentences_are_several_wishes() -> None:
    assert [wish.kind for wish in english.wishes("Add milk. Complete the report, then plan my day")] == [
        "add",
        "complete",
        "plan",
    ]


@pytest.mark.parametrize(
    ("phrase", "ids"),
    [
        ("milk", "1"),
        ("the milk task", "1"),
        ("“Call mum”", "4"),
        ("write the report", "2"),
        ("milk and mum", "14"),
        ("everything", "1234"),
        ("all my tasks", "1234"),
        ("it", "3"),
        ("#work", "2"),
    ],
)
def test_phrases_find_tasks(phrase: str, ids: str) -> None:
    match = targets.pick(phrase, TASKS, [TASKS[2]])
    assert ("".join(task["id"] for task in match.tasks), match.complaint) == (ids, "")


@pytest.mark.parametrize(
    ("phrase", "complaint"),
    [
        ("the report", "Which one do you mean: “Write the report”, “Read the report”?"),
        ("the dentist", "I found no task like “the dentist”."),
    ],
)
def test_an_unclear_phrase_is_asked_about(phrase: str, complaint: str) -> None:
    assert targets.pick(phrase, TASKS, []).complaint == complaint


def test_a_plan_changes_only_what_has_to_differ() -> None:
    tasks: list[dict[str, Any]] = [
        {"id": "late", "title": "Late", "due": "2026-11-20T11:00", "priority": "low"},
        {"id": "open", "title": "Open"},
        {"id": "today", "title": "Today", "due": "2026-11-23T18:00", "priority": "urgent"},
        {"id": "far", "title": "Far", "due": "2027-01-01"},
    ]
    plan = planning.plan(tasks, NOW, "day")
    assert plan.changes == [
        {"ids": ["late"], "due_at": "2026-11-23T11:00"},
        {"ids": ["open"], "due_at": "2026-11-23"},
    ]
    assert plan.explanation.startswith("Your plan for today:\n1. Today\n2. Late\n3. Open\n")
    assert "The other 1 can wait." in plan.explanation
    week = planning.plan([{"id": str(n), "title": f"Task {n}"} for n in range(5)], NOW, "week")
    assert [change["due_at"][-2:] for change in week.changes] == ["23", "24", "25", "26", "27"]
