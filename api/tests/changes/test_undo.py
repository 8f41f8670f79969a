"""Undo restores exactly what was, for every kind of change, and never over a later one."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.deps import get_now
from tests.support.assertions import assert_problem
from tests.support.tasks import create

_MOVING = ("version", "updated_at")


def content(client: httpx.Client) -> dict[str, dict[str, Any]]:
    """All tasks, deleted ones too, without what grows with each change."""
    found = [
        task
        for deleted in ("true", "false")
        for task in client.get("/tasks", params={"deleted": deleted, "limit": 100}).json()["items"]
    ]
    return {task["id"]: {name: task[name] for name in task if name not in _MOVING} for task in found}


def undo(client: httpx.Client, change_id: str) -> httpx.Response:
    return client.post(f"/changes/{change_id}/undo")


def change_of(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.headers["change-id"]


def test_completed_at_comes_back(ann: httpx.Client) -> None:
    """Completing many, of which one was completed before: it keeps its time."""
    ids = [create(ann, title=title)["id"] for title in ("a", "b", "c")]
    ann.patch(f"/tasks/{ids[2]}", json={"completed": True})
    before = content(ann)
    change = change_of(ann.post("/tasks/bulk", json={"ids": ids, "action": "reopen"}))
    assert content(ann) != before
    answer = undo(ann, change)
    assert content(ann) == before
    assert [task["id"] for task in answer.json()["tasks"]] == [ids[2]]
    assert answer.headers["change-id"] == answer.json()["change_id"]


@pytest.mark.parametrize(
    "patch",
    [
        {"title": "x", "notes": "y", "priority": "low", "tags": []},
        {"due_on": "2027-01-01"},
        {"due_on": None, "due_at": None},
        {"completed": True},
        {"add_tags": ["z"], "remove_tags": ["a"]},
    ],
)
def test_a_change_of_one_task(ann: httpx.Client, patch: dict[str, Any]) -> None:
    task = create(
        ann,
        notes="n",
        priority="urgent",
        tags=["a", "b"],
        due_at="2026-12-01T09:00:00.123456Z",
        due_zone="UTC",
    )
    before = content(ann)
    change = change_of(ann.patch(f"/tasks/{task['id']}", json=patch))
    after = content(ann)
    redo = change_of(undo(ann, change))
    assert content(ann) == before
    again = change_of(undo(ann, redo))
    assert content(ann) == after
    undo(ann, again)
    assert content(ann) == before


def test_creation_deletion_and_restoring(ann: httpx.Client) -> None:
    created = ann.post("/tasks", json={"title": "x"})
    path = f"/tasks/{created.json()['id']}"
    redo = change_of(undo(ann, change_of(created)))
    assert ann.get(path).status_code == 404
    undo(ann, redo)
    assert ann.get(path).status_code == 200
    deleted = change_of(ann.delete(path))
    undo(ann, deleted)
    assert ann.get(path).status_code == 200
    ann.delete(path)
    undo(ann, change_of(ann.post(f"{path}/restore")))
    assert ann.get(path).status_code == 404


def test_nothing_changed_has_no_change(ann: httpx.Client) -> None:
    task = create(ann)
    assert "change-id" not in ann.patch(f"/tasks/{task['id']}", json={"title": task["title"]}).headers


def test_a_later_change_is_not_overwritten(ann: httpx.Client) -> None:
    ids = [create(ann, title=title)["id"] for title in ("a", "b")]
    change = change_of(ann.post("/tasks/bulk", json={"ids": ids, "action": "complete"}))
    ann.patch(f"/tasks/{ids[1]}", json={"title": "later"})
    before = content(ann)
    problem = assert_problem(undo(ann, change), 409)
    assert (problem["type"], problem["ids"]) == ("urn:todo:problem:changed-since", [ids[1]])
    assert content(ann) == before


def test_twice_is_once(ann: httpx.Client) -> None:
    change = change_of(ann.post("/tasks", json={"title": "x"}))
    assert undo(ann, change).status_code == 200
    assert_problem(undo(ann, change), 409)


def test_a_foreign_or_unknown_one_does_not_exist(ann: httpx.Client, bob: httpx.Client) -> None:
    assert_problem(undo(bob, change_of(ann.post("/tasks", json={"title": "x"}))), 404)
    assert_problem(undo(ann, str(uuid.uuid4())), 404)


def test_after_an_hour_it_is_too_late(ann: httpx.Client, app: FastAPI) -> None:
    change = change_of(ann.post("/tasks", json={"title": "x"}))
    try:
        for minutes, status in ((59, 200), (61, 410)):
            at = datetime.now(UTC) + timedelta(minutes=minutes)
            app.dependency_overrides[get_now] = lambda at=at: at
            assert undo(ann, change).status_code == status
            app.dependency_overrides.clear()
            change = change_of(ann.post("/tasks", json={"title": "y"}))
    finally:
        app.dependency_overrides.clear()


ACTION = st.sampled_from(["complete", "reopen", "delete", "restore", "update", "patch", "create"])
STEP = st.tuples(ACTION, st.sets(st.integers(0, 2), min_size=1), st.integers(0, 3))


def act(client: httpx.Client, ids: list[str], step: tuple[str, set[int], int]) -> Any:
    action, chosen, number = step
    if action == "create":
        return change_of(client.post("/tasks", json={"title": f"new {number}"}))
    some = [ids[index] for index in sorted(chosen)]
    if action == "patch":
        fields = {"title": f"t{number}", "due_on": f"2027-01-0{number + 1}", "notes": "é" * number}
        return client.patch(f"/tasks/{some[0]}", json=fields).headers.get("change-id")
    body: dict[str, Any] = {"ids": some, "action": action}
    if action == "update":
        zone = {"due_at": f"2027-01-01T0{number}:00:00Z", "due_zone": "Asia/Tokyo"}
        body["patch"] = {
            "priority": ["none", "low", "high", "urgent"][number],
            "add_tags": [f"{number}"],
            **zone,
        }
    return client.post("/tasks/bulk", json=body).headers.get("change-id")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=1, max_size=8), back=st.integers(1, 8))
def test_any_sequence_can_be_stepped_back_and_forth(
    ann: httpx.Client, steps: list[tuple[str, set[int], int]], back: int
) -> None:
    ids = [create(ann, title=title, tags=["a"])["id"] for title in "xyz"]

    def seen() -> dict[str, dict[str, Any]]:
        return {task_id: task for task_id, task in content(ann).items() if not task["deleted_at"]}

    states, changes = [seen()], []
    for step in steps:
        if (change := act(ann, ids, step)) is not None:
            changes.append(change)
            states.append(seen())
    back = min(back, len(changes))
    redos = []
    for count in range(1, back + 1):
        redos.append(change_of(undo(ann, changes[-count])))
        assert seen() == states[-1 - count]
    for count in range(back, 0, -1):
        assert undo(ann, redos.pop()).status_code == 200
        assert seen() == states[-count]
    for task_id in seen():
        ann.delete(f"/tasks/{task_id}")
