"""One task: create, read, change, delete, restore."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.support.tasks import create

NEW = {
    "title": "Pay rent",
    "notes": "by bank transfer",
    "priority": "high",
    "due_at": "2026-12-01T09:00:00+01:00",
    "tags": [" Home ", "money", "HOME"],
}


def test_create_answers_with_the_whole_task(ann: httpx.Client) -> None:
    answer = ann.post("/tasks", json=NEW)
    task = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/tasks/{task['id']}"
    assert ann.get(f"/tasks/{task['id']}").json() == task
    expected: dict[str, object] = {
        "title": "Pay rent",
        "notes": "by bank transfer",
        "priority": "high",
        "tags": ["home", "money"],
    }
    expected |= {
        "due_at": "2026-12-01T08:00:00Z",
        "completed": False,
        "completed_at": None,
        "deleted_at": None,
    }
    assert task.items() >= (expected | {"version": 1}).items()
    assert task["created_at"].endswith("Z")


def test_a_title_is_enough(ann: httpx.Client) -> None:
    task = create(ann, title="  Just this \U0001f3e0 ")
    assert task["title"] == "Just this \U0001f3e0"
    assert (task["notes"], task["priority"], task["due_at"], task["tags"]) == ("", "none", None, [])


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"title": "   "},
        {"title": "x" * 201},
        {"title": None},
        {"title": "nul \x00"},
        {"notes": "x" * 10_001},
        {"priority": "top"},
        {"due_at": "tomorrow"},
        {"due_at": "2026-12-01T09:00:00"},
        {"due_at": "9999-12-31T23:59:59-12:00"},
        {"due_at": "0001-01-01T00:00:00+14:00"},
        {"tags": [str(number) for number in range(21)]},
        {"tags": ["x" * 41]},
        {"tags": [" "]},
        {"owner_id": str(uuid.uuid4())},
        {"completed": True},
    ],
)
def test_create_refuses(ann: httpx.Client, fields: dict[str, Any]) -> None:
    assert ann.post("/tasks", json={"title": "Task", **fields}).status_code == 422


def test_a_lone_surrogate_is_refused(ann: httpx.Client) -> None:
    """Half of a character is valid JSON, but neither PostgreSQL nor our own answer could carry it."""
    headers = {"Content-Type": "application/json"}
    assert ann.post("/tasks", content=b'{"title": "\\ud800"}', headers=headers).status_code == 422


def test_patch_changes_only_what_is_given(ann: httpx.Client) -> None:
    task = create(ann, **NEW)
    changed = ann.patch(f"/tasks/{task['id']}", json={"title": "Pay the rent", "due_at": None}).json()
    assert changed["version"] == 2
    assert changed["updated_at"] > task["updated_at"]
    ignored = {"title", "due_at", "version", "updated_at"}
    assert {k: v for k, v in changed.items() if k not in ignored} == {
        k: v for k, v in task.items() if k not in ignored
    }
    assert (changed["title"], changed["due_at"]) == ("Pay the rent", None)


def test_complete_and_reopen_keep_the_first_time(ann: httpx.Client) -> None:
    path = f"/tasks/{create(ann)['id']}"
    done = ann.patch(path, json={"completed": True}).json()
    assert done["completed"] and done["completed_at"] is not None
    assert ann.patch(path, json={"completed": True}).json() == done
    reopened = ann.patch(path, json={"completed": False}).json()
    assert not reopened["completed"] and reopened["completed_at"] is None


def test_a_patch_that_changes_nothing_keeps_the_version(ann: httpx.Client) -> None:
    task = create(ann, **NEW)
    assert ann.patch(f"/tasks/{task['id']}", json={}).json() == task
    assert ann.patch(f"/tasks/{task['id']}", json={"title": task["title"]}).json() == task


def test_a_stale_version_is_a_conflict(ann: httpx.Client) -> None:
    path = f"/tasks/{create(ann)['id']}"
    assert ann.patch(path, json={"title": "mine", "version": 1}).status_code == 200
    problem = ann.patch(path, json={"title": "theirs", "version": 1})
    assert (problem.status_code, problem.json()["type"]) == (409, "urn:todo:problem:stale-version")
    assert ann.get(path).json()["title"] == "mine"


def test_of_two_changes_to_one_version_at_once_one_wins(ann: httpx.Client) -> None:
    path = f"/tasks/{create(ann)['id']}"
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: ann.patch(path, json={"title": f"{n}", "version": 1}), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5


@pytest.mark.parametrize("field", ["title", "notes", "priority", "tags", "completed", "version"])
def test_patch_refuses_null(ann: httpx.Client, field: str) -> None:
    assert ann.patch(f"/tasks/{create(ann)['id']}", json={field: None}).status_code == 422


def test_delete_hides_and_restore_brings_back(ann: httpx.Client) -> None:
    task = create(ann, **NEW)
    path = f"/tasks/{task['id']}"
    assert [ann.delete(path).status_code for _ in range(2)] == [204, 204]
    assert ann.get(path).status_code == 404
    assert ann.patch(path, json={"title": "x"}).status_code == 404
    assert ann.get("/tasks").json()["items"] == []
    assert ann.get("/tasks", params={"deleted": True}).json()["items"][0]["deleted_at"] is not None
    restored = ann.post(f"{path}/restore").json()
    assert restored == task | {"version": 3, "updated_at": restored["updated_at"]}
    assert ann.post(f"{path}/restore").json() == restored


def test_the_task_of_another_account_does_not_exist(ann: httpx.Client, bob: httpx.Client) -> None:
    task = create(ann)
    path = f"/tasks/{task['id']}"
    answers = [
        bob.get(path),
        bob.patch(path, json={"title": "bob's"}),
        bob.delete(path),
        bob.post(f"{path}/restore"),
    ]
    answers += [bob.get(f"/tasks/{uuid.uuid4()}")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert bob.get("/tasks").json()["items"] == []
    assert ann.get(path).json() == task


def test_everything_needs_a_token(client: httpx.Client) -> None:
    path = f"/api/v1/tasks/{uuid.uuid4()}"
    answers = [
        client.get("/api/v1/tasks"),
        client.post("/api/v1/tasks", json={"title": "x"}),
        client.get(path),
    ]
    answers += [client.patch(path, json={}), client.delete(path), client.post(f"{path}/restore")]
    answers += [client.post("/api/v1/tasks/bulk", json={"ids": [str(uuid.uuid4())], "action": "delete"})]
    assert {answer.status_code for answer in answers} == {401}
