"""A statement ends with its request: by a cancel request, or by PostgreSQL's own timeout if that gets lost."""

import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest

from app.core.db.connection import PatientConnection
from app.core.db.database import CONNECTIONS_KEPT, CONNECTIONS_MORE
from tests.support.assertions import assert_problem
from tests.support.postgres import Cluster
from tests.support.waiting import until

pytestmark = pytest.mark.slow

GONE_WITHIN = 1.0  # seconds after the answer
Run = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def run(cluster: Cluster) -> Iterator[Run]:
    """Runs a statement past the pooler."""
    with psycopg.connect(cluster.direct_url(), autocommit=True) as connection:

        def run(statement: str) -> list[tuple[Any, ...]]:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

        yield run


@pytest.fixture
def locked_tasks(cluster: Cluster) -> Iterator[None]:
    """Every statement on tasks never ends."""
    with psycopg.connect(cluster.direct_url()) as connection:
        connection.execute("LOCK TABLE tasks")
        yield
        connection.rollback()


def running(run: Run) -> int:
    """Statements on tasks that PostgreSQL is at."""
    ((count,),) = run(
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
        " AND query ~ 'tasks' AND query !~ 'LOCK TABLE'"
    )
    assert isinstance(count, int)
    return count


def seconds_until_none_runs(run: Run) -> float:
    started = time.monotonic()
    while running(run):
        assert time.monotonic() < started + 20
        time.sleep(0.01)
    return time.monotonic() - started


REQUESTS: dict[str, Callable[[httpx.Client], httpx.Response]] = {
    "read": lambda ann: ann.get("/tasks", params={"q": "milk"}),
    "write": lambda ann: ann.post("/tasks", json={"title": "milk"}),
}


@pytest.mark.parametrize("ask", REQUESTS.values(), ids=REQUESTS)
def test_a_statement_is_cancelled_when_its_time_is_up(
    ann: httpx.Client, locked_tasks: None, run: Run, ask: Callable[[httpx.Client], httpx.Response]
) -> None:
    problem = assert_problem(ask(ann), 503)
    assert problem["type"] == "urn:todo:problem:took-too-long"
    assert problem["detail"] == "This took too long and was stopped. Try again shortly."
    assert seconds_until_none_runs(run) < GONE_WITHIN


@pytest.mark.parametrize("ask", REQUESTS.values(), ids=REQUESTS)
def test_it_ends_by_itself_if_the_cancel_request_gets_lost(
    ann: httpx.Client,
    locked_tasks: None,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    ask: Callable[[httpx.Client], httpx.Response],
) -> None:
    monkeypatch.setattr(PatientConnection, "cancel_safe", lambda *_, **__: None)
    assert_problem(ask(ann), 503)
    assert seconds_until_none_runs(run) < GONE_WITHIN


def test_a_crowd_runs_no_more_statements_than_the_pool_allows(
    ann: httpx.Client, locked_tasks: None, run: Run
) -> None:
    """Three rounds, each begun as soon as the one before has its answers."""
    most = 0
    with ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(_ask_three_times, ann) for _ in range(12)]
        while not all(each.done() for each in asked):
            most = max(most, running(run))
            time.sleep(0.02)
    assert 0 < most <= CONNECTIONS_KEPT + CONNECTIONS_MORE


def _ask_three_times(ann: httpx.Client) -> None:
    for _ in range(3):
        assert ann.get("/tasks").status_code == 503


def test_the_connection_is_kept(ann: httpx.Client, locked_tasks: None, run: Run, cluster: Cluster) -> None:
    if cluster.is_pooled:
        pytest.skip("a pooler has connections of its own")
    assert ann.get("/auth/me").status_code == 200
    before = run(BACKENDS)
    assert ann.get("/tasks").status_code == 503
    assert ann.get("/auth/me").status_code == 200
    assert set(run(BACKENDS)) <= set(before)


BACKENDS = "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'todo-api %'"


def test_the_timeout_leaves_other_clients_of_the_pooler_alone(ann: httpx.Client, cluster: Cluster) -> None:
    """It belongs to the transaction: none of the server's connections keeps it."""
    with ThreadPoolExecutor(8) as pool:
        answers = [*pool.map(lambda _: ann.get("/tasks"), range(40))]
        answers += pool.map(lambda _: ann.delete("/chat/messages"), range(40))
    assert [each.text for each in answers if each.is_error] == []
    with contextlib.ExitStack() as stack:
        for _ in range(4):
            other = stack.enter_context(psycopg.connect(cluster.url(), prepare_threshold=None))
            assert other.execute("SHOW statement_timeout").fetchone() == ("0",)


def test_the_control_the_next_request_is_well(ann: httpx.Client) -> None:
    until(lambda: ann.get("/tasks").status_code == 200, timeout=GONE_WITHIN, pause=0.02)
