"""Many log in and register at once: they wait for each other, and nobody else waits for them."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.auth import hashing
from app.core.config import Settings
from app.factory import create_app
from benchmarks.crowd import CALM, quantile, replicas, three_bursts
from tests.support.assertions import assert_problem
from tests.support.postgres import Cluster
from tests.support.serving import serving
from tests.support.waiting import until

pytestmark = pytest.mark.slow

LOGIN, REGISTER = "/api/v1/auth/login", "/api/v1/auth/register"
OTHERS_WAIT = 0.5  # seconds, p95
MANY, TAKEN = 40, 11


def test_other_requests_do_not_wait_for_a_crowd_at_the_login(
    cluster: Cluster, app: FastAPI, client: httpx.Client, tmp_path: Path
) -> None:
    if cluster.is_pooled:
        pytest.skip("a pooler takes no part in hashing")
    with replicas(cluster.url(), tmp_path) as urls:
        bursts = asyncio.run(three_bursts(urls, "crowd"))
    calm = quantile(bursts.pop(CALM).others, 0.95)  # on a machine that has other work as well
    for name, figures in bursts.items():
        print(f"{name}: {figures}")
        assert set(figures.others_statuses) == {200}, name
        assert quantile(figures.others, 0.95) <= OTHERS_WAIT + 3 * calm, name
        # Refused is only who would have had to wait for long.
        expected = {200, 201, 429} if figures.wall > 0.8 * hashing.LONGEST_WAIT else {200, 201}
        assert set(figures.statuses) <= expected, name


@pytest.fixture
def impatient(settings: Settings, client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server whose queue takes ten people more than the first."""
    monkeypatch.setattr(hashing, "LONGEST_WAIT", 10 * hashing.FIRST_GUESS)
    monkeypatch.setattr(hashing, "_WEIGHT", 0)
    with serving(create_app(settings)) as url:
        yield url


@pytest.mark.parametrize("path", [REGISTER, LOGIN])
def test_a_queue_that_is_too_long_refuses_at_once(
    impatient: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those over the bound have their answer while nothing moves; the others have theirs when it does."""
    moves = threading.Event()

    def hashed(*_: str | None) -> str:
        assert moves.wait(60)
        return ""

    monkeypatch.setattr("app.auth.service.hash_password", hashed)
    monkeypatch.setattr("app.auth.service.password_matches", hashed)
    limits = httpx.Limits(max_connections=None)
    with (
        httpx.Client(base_url=impatient, timeout=60, limits=limits) as client,
        ThreadPoolExecutor(MANY) as pool,
    ):

        def ask(number: int) -> httpx.Response:
            body = {"email": f"queue{number}@example.com", "password": "correct horse"}
            return client.post(path, json=body)

        asked = [pool.submit(ask, number) for number in range(MANY)]
        try:
            until(lambda: sum(each.done() for each in asked) == MANY - TAKEN, timeout=30)
            refused = [each.result() for each in asked if each.done()]
            assert client.get("/api/v1/about").status_code == 200
        finally:
            moves.set()
        statuses = Counter(each.result().status_code for each in asked)
        assert statuses == {201 if path == REGISTER else 401: TAKEN, 429: MANY - TAKEN}
        for answer in refused:
            assert assert_problem(answer, 429)["type"] == "urn:todo:problem:login-queue-full"
            assert int(answer.headers["retry-after"]) >= 1
        assert ask(MANY).status_code != 429
