"""Writes, chat and registrations have a limit over all replicas; reading has none."""

import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

import httpx
import psycopg
import pytest
from pydantic import SecretStr

from app.core.config import Settings
from app.factory import create_app
from tests.support.assertions import assert_problem
from tests.support.postgres import Cluster
from tests.support.serving import serving

pytestmark = pytest.mark.slow

WRITES = 6  # a minute, so one in 10 s


@pytest.fixture
def limited(settings: Settings, client: httpx.Client) -> Iterator[list[str]]:
    """Two replicas with low limits, and an assistant that cannot be reached."""
    low: dict[str, object] = {
        "rate_limit_writes": WRITES,
        "rate_limit_chat_day": 3,
        "rate_limit_registrations": 3,
        "groq_api_key": SecretStr("gsk_x"),
        "groq_base_url": "http://127.0.0.1:9",
    }
    lower = settings.model_copy(update=low)
    with serving(create_app(lower)) as first, serving(create_app(lower)) as second:
        yield [f"{first}/api/v1", f"{second}/api/v1"]


def add(ann: httpx.Client, url: str) -> httpx.Response:
    return ann.post(f"{url}/tasks", json={"title": "milk"})


def test_one_write_too_many_is_told_when_to_come_back(ann: httpx.Client, limited: list[str]) -> None:
    url = limited[0]
    left = [add(ann, url).raise_for_status().headers["ratelimit"] for _ in range(WRITES)]
    assert [each.split(";")[1] for each in left] == [f"r={number}" for number in range(WRITES - 1, -1, -1)]
    refused = add(ann, url)
    assert assert_problem(refused, 429)["type"] == "urn:todo:problem:rate-limited"
    assert 1 <= int(refused.headers["retry-after"]) <= 10
    assert refused.headers["ratelimit-policy"] == f'"writes";q={WRITES};w=60'
    assert refused.headers["ratelimit"].startswith('"writes";r=0;t=')


def test_others_and_reading_are_not_limited(ann: httpx.Client, bob: httpx.Client, limited: list[str]) -> None:
    url = limited[0]
    assert {add(ann, url).status_code for _ in range(WRITES + 1)} == {201, 429}
    assert {ann.get(f"{url}/tasks").status_code for _ in range(5 * WRITES)} == {200}
    assert "ratelimit" not in ann.get(f"{url}/tasks").headers
    assert add(bob, url).status_code == 201


def test_many_at_once_on_two_replicas_get_no_write_more(ann: httpx.Client, limited: list[str]) -> None:
    urls = [url for url, _ in zip(cycle(limited), range(20), strict=False)]
    with ThreadPoolExecutor(8) as pool:
        statuses = Counter(pool.map(lambda url: add(ann, url).status_code, urls))
    assert statuses[201] + statuses[429] == 20
    assert WRITES <= statuses[201] <= WRITES + 2  # one more for each 10 s that a busy machine takes


def test_refusals_do_not_prolong_the_wait(ann: httpx.Client, limited: list[str], cluster: Cluster) -> None:
    url = limited[0]
    assert {add(ann, url).status_code for _ in range(3 * WRITES)} == {201, 429}
    with psycopg.connect(cluster.direct_url()) as connection:
        connection.execute("UPDATE rate_limits SET at = at - interval '11 s'")
    assert add(ann, url).status_code == 201


def test_chat_and_its_clearing(ann: httpx.Client, limited: list[str]) -> None:
    """Clearing the conversation gives no message back."""

    def say() -> int:
        body = {"message": "hello", "client_message_id": str(uuid.uuid4()), "time_zone": "UTC"}
        accept = {"Accept": "application/json"}
        return ann.post(f"{limited[0]}/chat", json=body, headers=accept, timeout=60).status_code

    assert 429 not in [say() for _ in range(3)]
    assert ann.delete(f"{limited[0]}/chat/messages").status_code == 204
    assert say() == 429


def test_registrations_by_address(limited: list[str]) -> None:
    def register(number: int) -> int:
        body = {"email": f"limited{number}@example.com", "password": "correct horse"}
        return httpx.post(f"{limited[0]}/auth/register", json=body, timeout=30).status_code

    assert [register(number) for number in range(4)] == [201, 201, 201, 429]


@pytest.mark.parametrize(("trusted", "counted_alone"), [("127.0.0.0/8", True), ("10.0.0.0/8", False)])
def test_the_address_that_the_frontend_names_counts_and_no_one_elses(
    settings: Settings,
    client: httpx.Client,
    monkeypatch: pytest.MonkeyPatch,
    trusted: str,
    counted_alone: bool,
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", trusted)
    limits: dict[str, object] = {"rate_limit_registrations": 1}
    with serving(create_app(settings.model_copy(update=limits))) as url:

        def register(number: int) -> int:
            body = {"email": f"forwarded{number}@example.com", "password": "correct horse"}
            headers = {"X-Forwarded-For": f"203.0.113.{number}"}
            answer = httpx.post(f"{url}/api/v1/auth/register", json=body, headers=headers, timeout=30)
            return answer.status_code

        assert [register(1), register(1), register(2)] == [201, 429, 201 if counted_alone else 429]


def test_a_slow_limit_refuses_nobody(ann: httpx.Client, limited: list[str], cluster: Cluster) -> None:
    with psycopg.connect(cluster.direct_url()) as connection:
        connection.execute("LOCK TABLE rate_limits")
        started = time.monotonic()
        assert add(ann, limited[0]).status_code == 201
        assert time.monotonic() - started < 2.5
        connection.rollback()


def test_no_address_and_no_user_is_in_the_table(
    ann: httpx.Client, limited: list[str], cluster: Cluster
) -> None:
    add(ann, limited[0])
    with psycopg.connect(cluster.direct_url()) as connection:
        ((found,),) = connection.execute("SELECT bucket FROM rate_limits").fetchall()
    assert len(found) == 32
