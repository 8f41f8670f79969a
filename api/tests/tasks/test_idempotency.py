"""Idempotency-Key: a request that is repeated creates no second task, and no other task gets lost behind it."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.support.assertions import assert_problem

KEY = {"Idempotency-Key": "form-1"}


def test_the_same_again_answers_with_the_first_task(ann: httpx.Client, bob: httpx.Client) -> None:
    first = ann.post("/tasks", json={"title": "once"}, headers=KEY)
    again = ann.post("/tasks", json={"title": " once ", "notes": "", "tags": []}, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert bob.post("/tasks", json={"title": "bob's"}, headers=KEY).status_code == 201


def test_the_same_again_after_a_change_answers_with_the_task_as_it_is(ann: httpx.Client) -> None:
    task = ann.post("/tasks", json={"title": "once"}, headers=KEY).json()
    changed = ann.patch(f"/tasks/{task['id']}", json={"title": "changed"}).json()
    assert ann.post("/tasks", json={"title": "once"}, headers=KEY).json() == changed


def test_another_body_is_refused(ann: httpx.Client) -> None:
    milk = ann.post("/tasks", json={"title": "Milk"}, headers=KEY).json()
    problem = assert_problem(ann.post("/tasks", json={"title": "Bread"}, headers=KEY), 422)
    assert problem["type"] == "urn:todo:problem:idempotency-key-reused"
    assert ann.get("/tasks").json()["items"] == [milk]
    ann.delete(f"/tasks/{milk['id']}")
    assert ann.post("/tasks", json={"title": "Bread"}, headers=KEY).status_code == 422


def test_a_deleted_task_does_not_come_back_as_a_ghost(ann: httpx.Client) -> None:
    milk = ann.post("/tasks", json={"title": "Milk"}, headers=KEY).json()
    ann.delete(f"/tasks/{milk['id']}")
    problem = assert_problem(ann.post("/tasks", json={"title": "Milk"}, headers=KEY), 410)
    assert problem["type"] == "urn:todo:problem:task-deleted"
    ann.post(f"/tasks/{milk['id']}/restore")
    again = ann.post("/tasks", json={"title": "Milk"}, headers=KEY)
    assert (again.status_code, again.json()["id"]) == (200, milk["id"])


@pytest.mark.parametrize("bodies", [1, 50])
def test_fifty_requests_with_one_key_at_once(ann: httpx.Client, bodies: int) -> None:
    def send(number: int) -> httpx.Response:
        return ann.post("/tasks", json={"title": f"{number % bodies}"}, headers=KEY)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(send, range(50)))
    others = 200 if bodies == 1 else 422
    assert sorted(answer.status_code for answer in answers) == sorted([201] + [others] * 49)
    (task,) = ann.get("/tasks").json()["items"]
    created = {answer.json()["id"] for answer in answers if answer.is_success}
    assert created == {task["id"]}


@pytest.mark.parametrize("key", ["", "x" * 129, "with space"])
def test_a_strange_key_is_refused(ann: httpx.Client, key: str) -> None:
    assert ann.post("/tasks", json={"title": "x"}, headers={"Idempotency-Key": key}).status_code == 422
