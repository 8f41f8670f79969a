"""Rolling restarts of the development cluster. After the browser tests, because new pods compile each page again."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support import world

pytestmark = pytest.mark.usefixtures("deployed")


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
            world.kubectl("rollout", "restart", f"deployment/{deployment}")
            world.kubectl("rollout", "status", f"deployment/{deployment}", "--timeout=180s")
            time.sleep(5)  # until the last of the old pods is gone
        finally:
            done.set()
    for one in asking:
        one.result()
    assert answers.keys() == {401}, answers
