"""One action on many tasks."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.support.tasks import create, titles


def bulk(client: httpx.Client, ids: list[str], action: str, **extra: Any) -> list[dict[str, Any]]:
    answer = client.post("/tasks/bulk", json={"ids": ids, "action": action, **extra})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


@pytest.fixture
def ids(ann: httpx.Client) -> list[str]:
    return [create(ann, title=title, tags=["old"])["id"] for title in "abc"]


def test_complete_and_reopen(ann: httpx.Client, ids: list[str]) -> None:
    results = bulk(ann, ids, "complete")
    assert [(result["id"], result["status"], result["task"]["completed"]) for result in results] == [
        (task_id, "ok", True) for task_id in ids
    ]
    assert titles(ann, status="completed") == ["a", "b", "c"]
    bulk(ann, ids[:2], "reopen")
    assert titles(ann, status="completed") == ["c"]


def test_delete_and_restore(ann: httpx.Client, ids: list[str]) -> None:
    bulk(ann, ids, "delete")
    assert titles(ann) == []
    assert {result["status"] for result in bulk(ann, ids, "complete")} == {"not_found"}
    assert {result["status"] for result in bulk(ann, ids, "delete")} == {"ok"}
    bulk(ann, ids, "restore")
    assert titles(ann, status="open") == ["a", "b", "c"]


def test_update(ann: httpx.Client, ids: list[str]) -> None:
    patch = {
        "priority": "high",
        "due_at": "2026-12-01T00:00:00Z",
        "add_tags": ["New"],
        "remove_tags": ["old"],
    }
    for result in bulk(ann, ids[:2], "update", patch=patch):
        task = result["task"]
        assert (task["priority"], task["due_at"], task["tags"]) == ("high", "2026-12-01T00:00:00Z", ["new"])
        assert task["version"] == 2
    untouched = ann.get(f"/tasks/{ids[2]}").json()
    assert (untouched["priority"], untouched["tags"], untouched["version"]) == ("none", ["old"], 1)
    assert bulk(ann, ids[:1], "update", patch={"due_at": None})[0]["task"]["due_at"] is None


def test_each_id_has_a_result_and_foreign_ones_stay_as_they_are(
    ann: httpx.Client, bob: httpx.Client, ids: list[str]
) -> None:
    foreign, unknown = create(bob, title="bob's"), str(uuid.uuid4())
    results = bulk(ann, [unknown, ids[0], foreign["id"], ids[0]], "delete")
    assert [result["status"] for result in results] == ["not_found", "ok", "not_found", "ok"]
    assert results[0]["task"] is None
    assert bob.get(f"/tasks/{foreign['id']}").json() == foreign


def test_all_or_nothing(ann: httpx.Client, ids: list[str]) -> None:
    """The last task cannot take one more tag, so the first ones don't get it either."""
    full = create(ann, title="z", tags=[str(number) for number in range(20)])["id"]
    body = {"ids": [*ids, full], "action": "update", "patch": {"add_tags": ["one more"]}}
    assert ann.post("/tasks/bulk", json=body).status_code == 422
    assert titles(ann, tag="one more") == []


def test_overlapping_requests_at_once_do_not_deadlock(ann: httpx.Client, ids: list[str]) -> None:
    orders = [ids, ids[::-1]] * 6
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda order: bulk(ann, order, "update", patch={"add_tags": ["x"]}), orders))
    assert all(result["status"] == "ok" for results in answers for result in results)


@pytest.mark.parametrize(
    "body",
    [
        {"ids": [], "action": "delete"},
        {"ids": [str(uuid.uuid4()) for _ in range(101)], "action": "delete"},
        {"ids": ["1"], "action": "delete"},
        {"ids": [str(uuid.uuid4())], "action": "explode"},
        {"ids": [str(uuid.uuid4())], "action": "update"},
        {"ids": [str(uuid.uuid4())], "action": "delete", "patch": {"priority": "low"}},
        {"ids": [str(uuid.uuid4())], "action": "update", "patch": {"priority": None}},
        {"ids": [str(uuid.uuid4())], "action": "update", "patch": {"title": "x"}},
    ],
)
def test_refuses(ann: httpx.Client, body: dict[str, Any]) -> None:
    assert ann.post("/tasks/bulk", json=body).status_code == 422
