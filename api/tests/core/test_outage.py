"""The database fails: every request gets its 503 in time, and recovery needs no restart."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import httpx
import psycopg
import pytest

from app.core.db.database import FRESH
from tests.support.assertions import assert_problem
from tests.support.postgres import Cluster

pytestmark = pytest.mark.slow

PROMISED = 3.0  # seconds
RESTARTS = 6
Outage = Callable[[Cluster], AbstractContextManager[None]]


def timed(ask: Callable[[], httpx.Response]) -> tuple[float, httpx.Response]:
    started = time.monotonic()
    answer = ask()
    return time.monotonic() - started, answer


def assert_503_in_time(elapsed: float, answer: httpx.Response, kind: str = "database-unavailable") -> None:
    body = assert_problem(answer, 503)
    assert body["type"] == f"urn:todo:problem:{kind}"
    assert int(answer.headers["retry-after"]) > 0
    assert elapsed < PROMISED


def seconds_until_200(client: httpx.Client) -> float:
    started = time.monotonic()
    while client.get("/tasks").status_code != 200:
        assert time.monotonic() < started + 20
        time.sleep(0.02)
    return time.monotonic() - started


@pytest.mark.parametrize("outage", [Cluster.stopped, Cluster.frozen], ids=["stopped", "frozen"])
def test_an_outage_and_its_end(ann: httpx.Client, cluster: Cluster, outage: Outage) -> None:
    """More requests at once than the server has threads, over connections that were good before."""
    if cluster.is_pooled and outage is Cluster.frozen:
        pytest.skip(
            "a pooler hides that its server hangs: with more requests than threads, some wait 5 s for their 503"
        )
    assert ann.get("/tasks").status_code == 200
    asked = [
        lambda: ann.get("/tasks"),
        lambda: ann.post("/tasks", json={"title": "x"}),
        lambda: ann.get("/auth/me"),
    ]
    with outage(cluster), ThreadPoolExecutor(24) as pool:
        first = list(pool.map(timed, asked * 8))
        time.sleep(0.1)
        later = list(pool.map(timed, asked * 2))
        live = ann.get("http://" + ann.base_url.netloc.decode() + "/docs")
    for elapsed, answer in first + later:
        assert_503_in_time(elapsed, answer)
    assert live.status_code == 200
    assert seconds_until_200(ann) < PROMISED


def test_a_database_that_takes_eight_seconds_to_wake(ann: httpx.Client, cluster: Cluster) -> None:
    """As a hosted one that sleeps: it has closed its connections, and accepts new ones without an answer."""
    if cluster.is_pooled:
        pytest.skip("a pooler keeps its connections, and hides that its server hangs")
    with psycopg.connect(cluster.direct_url(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'todo-api %'"
        )
    login = {"email": "a@example.com", "password": "wrong-password"}
    with cluster.frozen():
        awake = time.monotonic() + 8
        while time.monotonic() < awake:
            assert_503_in_time(*timed(lambda: ann.post("/auth/login", json=login)))
            time.sleep(1)
    assert seconds_until_200(ann) < PROMISED
    assert ann.post("/auth/login", json=login).status_code == 401


@pytest.fixture
def locked_tasks(cluster: Cluster) -> Iterator[None]:
    """Another session holds a lock on the table: every query for tasks waits."""
    connection = psycopg.connect(cluster.url())
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE tasks")
    yield
    connection.close()


def test_an_exhausted_pool(ann: httpx.Client, locked_tasks: None) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(timed, [lambda: ann.get("/tasks")] * 12))
    for elapsed, answer in answers:
        assert_503_in_time(elapsed, answer, "took-too-long")


def test_after_an_exhausted_pool(ann: httpx.Client) -> None:
    assert seconds_until_200(ann) < PROMISED


def test_requests_whose_connection_ends_under_them(ann: httpx.Client, cluster: Cluster) -> None:
    """Whatever a request was doing when the database went down, it is answered with 503 and not with 500."""
    statuses: Counter[int] = Counter()
    ended = threading.Event()

    def keep_asking() -> None:
        while not ended.is_set():
            statuses[ann.get("/tasks").status_code] += 1
            statuses[ann.post("/tasks", json={"title": "x"}).status_code] += 1

    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(keep_asking) for _ in range(8)]
        try:
            for _ in range(RESTARTS):
                cluster.stop()
                cluster.start()
                seconds_until_200(ann)
                time.sleep(0.2)
        finally:
            ended.set()
        for one in asking:
            one.result()
    assert set(statuses) == {200, 201, 503}, statuses


def test_connections_that_the_server_has_closed_are_replaced_unnoticed(
    ann: httpx.Client, cluster: Cluster
) -> None:
    """A restart of the database between requests costs none of them: idle connections are checked before use."""
    assert ann.get("/tasks").status_code == 200
    with cluster.stopped():
        time.sleep(FRESH)
    assert ann.get("/tasks").status_code == 200


def test_one_connection_that_hangs_is_not_an_outage(ann: httpx.Client, cluster: Cluster) -> None:
    """The request that got it has time for another one, and all other requests notice nothing."""
    if cluster.is_pooled:
        pytest.skip("the server's processes belong to the pooler")
    errors: list[str] = []

    def keep_asking(_: int) -> None:
        until = time.monotonic() + 3
        while time.monotonic() < until:
            answer = ann.get("/tasks")
            if answer.is_error:
                errors.append(answer.text)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: ann.get("/tasks"), range(40)))  # opens all connections
        time.sleep(FRESH)
        with psycopg.connect(cluster.direct_url(), autocommit=True) as connection:
            found = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'todo-api %' ORDER BY backend_start"
            ).fetchall()
        ((pid,), *others) = found
        assert others
        os.kill(pid, signal.SIGSTOP)
        try:
            list(pool.map(keep_asking, range(8)))
        finally:
            os.kill(pid, signal.SIGCONT)
    assert errors == []


def test_a_connection_that_is_slow_to_open_is_not_an_outage(ann: httpx.Client, cluster: Cluster) -> None:
    """Counting for the rate limit waits for half a second only. That it gave up says nothing about the database."""
    if cluster.is_pooled:
        pytest.skip("the pooler opens the connections")
    with psycopg.connect(cluster.direct_url(), autocommit=True) as connection:
        row = connection.execute(
            "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int"
        ).fetchone()
        assert row
        time.sleep(FRESH)
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'todo-api %'"
        )
    with ThreadPoolExecutor(2) as pool:
        os.kill(row[0], signal.SIGSTOP)  # accepts no connection; those that are open work on
        try:
            added = pool.submit(ann.post, "/tasks", json={"title": "Milk"})
            time.sleep(0.8)
            listed = pool.submit(ann.get, "/tasks")
            time.sleep(0.1)
        finally:
            os.kill(row[0], signal.SIGCONT)
        assert (added.result().status_code, listed.result().status_code) == (201, 200)
