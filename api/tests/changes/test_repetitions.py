"""Idempotency-Key on every write: a repetition answers as the first did and changes nothing again."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.assertions import assert_problem
from tests.support.tasks import create

KEY = {"Idempotency-Key": "k1"}
WRITES: list[tuple[str, str, dict[str, Any] | None]] = [
    ("PATCH", "/tasks/{id}", {"add_tags": ["x"], "version": 1}),
    ("DELETE", "/tasks/{id}", None),
    ("POST", "/tasks/{id}/restore", None),
    ("POST", "/tasks/bulk", {"ids": ["{id}"], "action": "complete"}),
]


def send(
    client: httpx.Client, write: tuple[str, str, dict[str, Any] | None], task_id: str, **headers: str
) -> httpx.Response:
    method, path, body = write
    if body and "ids" in body:
        body = body | {"ids": [task_id]}
    return client.request(method, path.format(id=task_id), json=body, headers=headers)


@pytest.mark.parametrize("write", WRITES)
def test_a_repetition_answers_as_the_first_did(
    ann: httpx.Client, write: tuple[str, str, dict[str, Any] | None]
) -> None:
    task = create(ann)
    if write[1].endswith("restore"):
        ann.delete(f"/tasks/{task['id']}")
    first = send(ann, write, task["id"], **KEY)
    assert first.is_success, first.text
    ann.post(f"/tasks/{task['id']}/restore")
    now = ann.patch(f"/tasks/{task['id']}", json={"title": "changed since"}).json()
    again = send(ann, write, task["id"], **KEY)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers.get("change-id") == first.headers["change-id"]
    assert ann.get(f"/tasks/{task['id']}").json() == now


def test_another_request_with_the_key_is_refused(ann: httpx.Client, bob: httpx.Client) -> None:
    one, other = create(ann)["id"], create(ann)["id"]
    ann.patch(f"/tasks/{one}", json={"title": "a"}, headers=KEY)
    for answer in (
        ann.patch(f"/tasks/{one}", json={"title": "b"}, headers=KEY),
        ann.patch(f"/tasks/{other}", json={"title": "a"}, headers=KEY),
        ann.delete(f"/tasks/{one}", headers=KEY),
    ):
        assert assert_problem(answer, 422)["type"] == "urn:todo:problem:idempotency-key-reused"
    assert bob.patch(f"/tasks/{create(bob)['id']}", json={"title": "b"}, headers=KEY).status_code == 200


def test_what_failed_is_tried_again(ann: httpx.Client) -> None:
    task = create(ann)
    path = f"/tasks/{task['id']}"
    assert ann.patch(path, json={"title": "a", "version": 2}, headers=KEY).status_code == 409
    ann.patch(path, json={"notes": "now it is 2"})
    assert ann.patch(path, json={"title": "a", "version": 2}, headers=KEY).json()["title"] == "a"


def test_twenty_at_once_apply_once(ann: httpx.Client) -> None:
    path = f"/tasks/{create(ann)['id']}"
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: ann.patch(path, json={"title": "a"}, headers=KEY), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert ann.get(path).json()["version"] == 2


def test_a_stale_version_carries_the_task_as_it_is(ann: httpx.Client) -> None:
    path = f"/tasks/{create(ann)['id']}"
    now = ann.patch(path, json={"title": "theirs"}).json()
    problem = assert_problem(ann.patch(path, json={"title": "mine", "version": 1}), 409)
    assert problem["current"] == now


def test_tags_of_two_places_are_both_kept(ann: httpx.Client) -> None:
    path = f"/tasks/{create(ann, tags=['old'])['id']}"
    ann.patch(path, json={"add_tags": ["Home"]})
    assert ann.patch(path, json={"add_tags": ["work"], "remove_tags": ["old"]}).json()["tags"] == [
        "home",
        "work",
    ]
    assert_problem(ann.patch(path, json={"tags": [], "add_tags": ["x"]}), 422)
    assert_problem(ann.patch(path, json={"add_tags": [str(n) for n in range(19)]}), 422)


def test_the_revision_differs_after_any_change(ann: httpx.Client, bob: httpx.Client) -> None:
    seen = [ann.get("/tasks/revision").json()["revision"]]
    task = create(ann)
    create(bob)
    for write in [WRITES[0], WRITES[3], WRITES[1], WRITES[2]]:
        seen.append(ann.get("/tasks/revision").json()["revision"])
        assert send(ann, write, task["id"]).is_success
    seen.append(ann.get("/tasks/revision").json()["revision"])
    assert len(set(seen)) == len(seen)
    create(bob)
    assert ann.get("/tasks/revision").json()["revision"] == seen[-1]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.integers(0, 4), min_size=1, max_size=14))
def test_requests_repeated_in_any_order_apply_once(ann: httpx.Client, order: list[int]) -> None:
    """As a queue does that loses answers: each request is sent again, at any later time."""
    path = f"/tasks/{create(ann, tags=['start'])['id']}"
    first: dict[int, bytes] = {}
    run = uuid.uuid4()
    for number in order:
        key = {"Idempotency-Key": f"{run}-{number}"}
        answer = ann.patch(path, json={"title": f"t{number}", "add_tags": [f"{number}"]}, headers=key)
        assert answer.content == first.setdefault(number, answer.content)
    task = ann.get(path).json()
    assert task["version"] == 1 + len(first)
    assert task["title"] == f"t{list(first)[-1]}"
    assert task["tags"] == ["start", *map(str, first)]
