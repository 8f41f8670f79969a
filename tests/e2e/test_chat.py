"""The assistant in a real Chromium through NodePort 30080. The stand-in answers, and fault words set its pace."""

import http.client
import json
import re
import time
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.pages import ANSWER_TIMEOUT, answered, field, panel, register, row, rows, say, task
from tests.support import world
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("deployed")


@pytest.fixture(scope="module", autouse=True)
def standin(deployed: object) -> None:
    status, about = world.http(f"{world.APP}/api/v1/about")
    assert status == 200
    assert about["standins"]["assistant"], (
        "these tests need the assistant's stand-in: run them without GROQ_API_KEY"
    )


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A new person's page, with the assistant open."""
    context = chromium.new_context(locale="en-GB", timezone_id="Europe/Berlin")
    page = context.new_page()
    page.set_default_timeout(30_000)  # milliseconds; a development server compiles at the first visit
    register(page)
    page.get_by_role("textbox", name="Add a task").wait_for()
    page.get_by_role("button", name="Assistant").click()
    expect(field(page)).to_be_focused()
    yield page
    context.close()


def test_two_tasks_added_shown_found_again_and_deleted(page: Page) -> None:
    say(page, "Add buy stamps and call Anna tomorrow")
    card = panel(page).get_by_role("region", name="Added 2 tasks")
    expect(card).to_be_visible(timeout=ANSWER_TIMEOUT)
    expect(task(page, "Buy stamps").first).to_be_visible()
    expect(rows(page)).to_have_count(2)
    answered(page)

    card.get_by_role("button", name="Call Anna").click()
    expect(row(page, "Call Anna").get_by_role("button", name="Call Anna", exact=True)).to_be_focused()

    page.reload()  # remembers the open panel and the conversation
    expect(panel(page).get_by_role("region", name="Added 2 tasks")).to_be_visible()

    say(page, "Delete buy stamps")
    confirm = panel(page).get_by_role("button", name="Delete 1 task")
    expect(confirm).to_be_visible(timeout=ANSWER_TIMEOUT)
    answered(page)
    expect(rows(page)).to_have_count(2)
    confirm.click()
    expect(rows(page)).to_have_count(1)
    expect(row(page, "Call Anna")).to_be_visible()
    expect(confirm).to_have_count(0)


def test_a_refused_deletion_and_a_stopped_answer_change_nothing(page: Page) -> None:
    say(page, "Add water the plants")
    expect(rows(page)).to_have_count(1, timeout=ANSWER_TIMEOUT)
    answered(page)
    say(page, "Delete water the plants")
    panel(page).get_by_role("button", name="Cancel").click(timeout=ANSWER_TIMEOUT)
    expect(panel(page).get_by_role("button", name="Cancel")).to_have_count(0)

    say(page, "What can you do? @drip")
    panel(page).get_by_role("button", name="Stop").click()
    expect(panel(page).get_by_text("Stopped")).to_be_visible()
    page.reload()
    expect(rows(page)).to_have_count(1)


# Repeating them takes about 10 s, longer than a pod that has to go still answers.
LONG_TITLES = (
    "buy stamps for all the letters to my family, call Anna about our train tickets to Vienna,"
    " water the plants of the kitchen window sill and feed the cat with the food from the cellar"
)


@pytest.mark.parametrize("grace", ["30", "1"], ids=["asked to stop", "killed"])
def test_a_backend_pod_deleted_mid_stream_repeats_nothing(page: Page, grace: str) -> None:
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.post_data or "") if is_chat(request.url) else None
    )
    with page.expect_response(lambda response: is_chat(response.url)) as begun:
        say(page, f"Add {LONG_TITLES} @drip")
    expect(panel(page).get_by_role("region", name="Added 4 tasks")).to_be_visible(timeout=ANSWER_TIMEOUT)
    world.kubectl("delete", "pod", begun.value.headers["x-pod"], f"--grace-period={grace}", "--wait=false")
    # No user action: the page repeats the request, and another pod answers.
    answered(page)
    expect(panel(page).get_by_text(re.compile("Buy stamps.*Feed the cat")).first).to_be_visible()
    assert len(asked) > 1, "the answer was complete before the pod went"
    assert len(set(asked)) == 1
    page.reload()
    expect(rows(page)).to_have_count(4)
    expect(panel(page).get_by_role("region", name="Added 4 tasks")).to_have_count(1)
    until(lambda: world.two_ready("todo-backend"), timeout=60, what="two backend pods again")


@pytest.mark.parametrize("replica", [0, 1])
def test_every_replica_creates_lists_updates_and_deletes_tasks(replica: int) -> None:
    """FR-4, at each backend pod."""
    pod = world.pods("todo-backend")[replica]["metadata"]["name"]
    token = world.token()
    with world.forwarded(pod, 8000) as address:

        def asked(message: str) -> dict[str, Any]:
            body = {"message": message, "client_message_id": str(uuid.uuid4())}
            answer = world.ask(f"{address}/api/v1/chat", body=body, token=token, accept="application/json")
            assert (answer.status, answer.headers["X-Pod"]) == (200, pod), answer.body
            return dict(answer.body)

        def titles(query: str = "") -> set[str]:
            listed = world.http(f"{address}/api/v1/tasks?{query}", token=token)[1]["items"]
            return {each["title"] for each in listed}

        def confirm(answer: dict[str, Any]) -> None:
            decision = {"token": answer["confirmation"]["token"], "approve": True}
            assert world.http(f"{address}/api/v1/chat/confirm", body=decision, token=token)[0] == 200

        asked("Add buy milk and water the plants")
        assert titles() == {"Buy milk", "Water the plants"}
        confirm(asked("Rename buy milk to Buy oat milk"))
        asked("Complete water the plants")
        assert titles("status=completed") == {"Water the plants"}
        answer = asked("What is open?")
        assert "Buy oat milk" in answer["text"]
        assert "Water the plants" not in answer["text"]
        confirm(asked("Delete oat milk"))
        assert titles() == {"Water the plants"}


def test_events_arrive_one_by_one_at_a_browser_that_accepts_gzip() -> None:
    message = {"message": "What can you do? @drip", "client_message_id": str(uuid.uuid4())}
    headers = {
        "Authorization": f"Bearer {world.token()}",
        "Content-Type": "application/json",
        "Accept-Encoding": "gzip, deflate, br",
    }
    connection = http.client.HTTPConnection(urlsplit(world.APP).netloc, timeout=60)
    connection.request("POST", "/api/v1/chat", json.dumps(message), headers)
    response = connection.getresponse()
    assert response.status == 200
    assert response.getheader("Content-Encoding") is None
    moments = []
    while response.read1():
        moments.append(time.monotonic())
    connection.close()
    # Three words a second. If something buffered the answer, it would arrive in one piece.
    assert moments[-1] - moments[0] > 1, f"{len(moments)} pieces in {moments[-1] - moments[0]:.2f} s"


def is_chat(url: str) -> bool:
    return urlsplit(url).path == "/api/v1/chat"
