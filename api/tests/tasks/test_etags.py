"""ETag, If-Match and If-None-Match, for clients that know HTTP rather than `version`."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from app.core.deps import get_now
from tests.support.assertions import assert_problem
from tests.support.tasks import create


def test_every_answer_with_one_task_carries_its_version_as_a_strong_tag(ann: httpx.Client) -> None:
    created = ann.post("/tasks", json={"title": "x"})
    path = f"/tasks/{created.json()['id']}"
    answers = [created, ann.get(path), ann.patch(path, json={"title": "y"}), ann.get(path)]
    ann.delete(path)
    answers.append(ann.post(f"{path}/restore"))
    assert [answer.headers["etag"] for answer in answers] == ['"1"', '"1"', '"2"', '"2"', '"4"']


@pytest.mark.parametrize("current", ['"1"', "*", '"7", "1"'])
def test_a_change_of_the_current_version(ann: httpx.Client, current: str) -> None:
    path = f"/tasks/{create(ann)['id']}"
    assert ann.patch(path, json={"notes": "x"}, headers={"If-Match": current}).status_code == 200


@pytest.mark.parametrize("stale", ['"999"', 'W/"1"', "1", ""])
def test_a_change_of_any_other_version_is_refused(ann: httpx.Client, stale: str) -> None:
    task = create(ann)
    path, headers = f"/tasks/{task['id']}", {"If-Match": stale}
    problem = assert_problem(ann.patch(path, json={"notes": "x"}, headers=headers), 412)
    assert problem["type"] == "urn:todo:problem:stale-version"
    assert_problem(ann.delete(path, headers=headers), 412)
    assert ann.get(path).json() == task
    ann.delete(path)
    assert_problem(ann.post(f"{path}/restore", headers=headers), 412)


def test_if_match_does_not_switch_off_the_version_in_the_body(ann: httpx.Client) -> None:
    path = f"/tasks/{create(ann)['id']}"
    stale = ann.patch(path, json={"notes": "x", "version": 9}, headers={"If-Match": '"1"'})
    assert stale.status_code == 409


def test_a_delete_may_be_repeated_as_it_was(ann: httpx.Client) -> None:
    """The answer got lost; what the client wanted is done."""
    path = f"/tasks/{create(ann)['id']}"
    assert [ann.delete(path, headers={"If-Match": '"1"'}).status_code for _ in range(2)] == [204, 204]


def test_of_two_changes_to_one_tag_at_once_one_wins(ann: httpx.Client) -> None:
    path, headers = f"/tasks/{create(ann)['id']}", {"If-Match": '"1"'}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: ann.patch(path, json={"title": f"{n}"}, headers=headers), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 5


@pytest.mark.parametrize("current", ['"1"', 'W/"1"', "*", '"0", "1"'])
def test_a_current_copy_is_not_sent_again(ann: httpx.Client, current: str) -> None:
    path = f"/tasks/{create(ann)['id']}"
    answer = ann.get(path, headers={"If-None-Match": current})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"1"')
    ann.patch(path, json={"notes": "x"})
    if current != "*":
        assert ann.get(path, headers={"If-None-Match": current}).json()["version"] == 2


def test_a_list_is_sent_again_only_after_a_change(ann: httpx.Client, bob: httpx.Client) -> None:
    task = f"/tasks/{create(ann, title='milk')['id']}"
    query = {"q": "milk", "sort": "due_at"}

    def ask(tag: str) -> httpx.Response:
        return ann.get("/tasks", params=query, headers={"If-None-Match": tag})

    tag = ann.get("/tasks", params=query).headers["etag"]
    create(bob, title="milk")
    for same in (tag, tag.removeprefix("W/"), f'"0", {tag}', "*"):
        current = ask(same)
        assert (current.status_code, current.content, current.headers["etag"]) == (304, b"", tag)
    tags = {tag}
    for method, path, body in (
        ("PATCH", task, {"notes": "x"}),
        ("DELETE", task, None),
        ("POST", f"{task}/restore", None),
        ("POST", "/tasks", {"title": "other"}),
    ):
        ann.request(method, path, json=body).raise_for_status()
        fresh = ask(tag)
        assert fresh.status_code == 200
        tag = fresh.headers["etag"]
        assert tag not in tags
        tags.add(tag)
    assert bob.get("/tasks", params=query, headers={"If-None-Match": tag}).status_code == 200


def test_a_list_of_yesterday_is_not_current(ann: httpx.Client, app: FastAPI) -> None:
    """What was due tomorrow is due today, and no task has changed."""
    create(ann, title="x", due_on=str(datetime.now(UTC).date() + timedelta(days=1)))
    due_today = {"due": "today"}
    before = ann.get("/tasks", params=due_today)
    assert before.json()["items"] == []

    async def tomorrow() -> datetime:
        return datetime.now(UTC) + timedelta(days=1)

    app.dependency_overrides[get_now] = tomorrow
    try:
        after = ann.get("/tasks", params=due_today, headers={"If-None-Match": before.headers["etag"]})
    finally:
        app.dependency_overrides.clear()
    assert [task["title"] for task in after.json()["items"]] == ["x"]
