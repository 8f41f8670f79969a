"""Rolling restarts of the development cluster. After the browser tests, because new pods compile each page again."""

import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from tests.e2e import pages
from tests.e2e.conftest import OpenPage
from tests.support import world

pytestmark = pytest.mark.usefixtures("deployed")


def restart(deployment: str) -> None:
    world.kubectl("rollout", "restart", f"deployment/{deployment}")
    world.kubectl("rollout", "status", f"deployment/{deployment}", "--timeout=180s")
    time.sleep(5)  # until the last of the old pods is gone


def test_the_dev_servers_have_stayed_up() -> None:
    """Case N13: by itself, Next.js restarts below the limit of its heap, and open pages lose their connections."""
    pods = world.objects("pods", "-l", "app=todo-frontend")
    assert len(pods) == 2
    for pod in pods:
        name, container = pod["metadata"]["name"], pod["status"]["containerStatuses"][0]
        assert container["restartCount"] == 0, name
        assert "memory threshold" not in world.kubectl("logs", name), name


def test_an_open_page_outlives_a_restart_of_its_dev_server(open_page: OpenPage) -> None:
    """Case N13: the half-typed task stays, and the page goes on."""
    page = open_page("here before")
    field = page.get_by_role("textbox", name="Add a task")
    field.fill("call mum")
    restart("frontend-deployment")
    expect(field).to_have_value("call mum")
    field.press("End")
    page.keyboard.type(" and dad")
    page.keyboard.press("Enter")
    added = pages.row(page, "call mum and dad")
    expect(added).to_be_visible()
    expect(added).not_to_have_attribute("data-task-id", re.compile("^pending-"))
    page.reload()
    expect(pages.rows(page)).to_have_count(2)


@pytest.mark.parametrize("deployment", ["backend-deployment", "frontend-deployment"])
def test_a_rolling_restart_costs_no_request(deployment: str) -> None:
    """Not even one that nobody may repeat: the request has no Idempotency-Key, and no token either."""
    answers: Counter[int] = Counter()
    done = threading.Event()

    def keep_asking() -> None:
        while not done.is_set():
            answers[world.http(f"{world.APP}/api/v1/tasks", body={"title": "x"}, timeout=30)[0]] += 1
            time.sleep(0.05)

    with ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(keep_asking) for _ in range(3)]
        try:
            restart(deployment)
        finally:
            done.set()
    for one in asking:
        one.result()
    assert answers.keys() == {401}, answers
