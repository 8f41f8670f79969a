"""The limit on wrong passwords: the same for every replica, and for addresses with and without an account."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Any

import httpx
import psycopg
import pytest

from app.core.config import LOGIN_ATTEMPTS, LOGIN_WINDOW, Settings
from app.factory import create_app
from tests.support.assertions import assert_problem
from tests.support.serving import serving

pytestmark = pytest.mark.slow

LOGIN = "/api/v1/auth/login"

ANN = {"email": "ann@example.com", "password": "correct horse"}
WRONG = ANN | {"password": "wrong password"}
NOBODY = WRONG | {"email": "nobody@example.com"}


def sql(settings: Settings, statement: str) -> list[tuple[Any, ...]]:
    url = settings.database_url.get_secret_value()
    with contextlib.closing(psycopg.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def exhaust(client: httpx.Client, credentials: dict[str, str] = WRONG) -> None:
    answers = [client.post(LOGIN, json=credentials).status_code for _ in range(LOGIN_ATTEMPTS)]
    assert answers == [401] * LOGIN_ATTEMPTS


@pytest.mark.parametrize("credentials", [WRONG, NOBODY], ids=["known", "unknown"])
def test_one_too_many_is_told_when_to_come_back(client: httpx.Client, credentials: dict[str, str]) -> None:
    exhaust(client, credentials)
    answer = client.post(LOGIN, json=credentials)
    problem = assert_problem(answer, 429)
    assert problem["type"] == "urn:todo:problem:too-many-logins"
    seconds = answer.headers["retry-after"]
    assert answer.headers["ratelimit-policy"] == '"logins";q=10;w=900'
    assert answer.headers["ratelimit"] == f'"logins";r=0;t={seconds}'
    assert problem["detail"] == "Too many attempts to log in with this e-mail address. Try again later."
    assert (
        LOGIN_WINDOW.total_seconds() - 60 < int(answer.headers["retry-after"]) <= LOGIN_WINDOW.total_seconds()
    )


def test_then_the_right_password_is_refused_too(client: httpx.Client) -> None:
    exhaust(client)
    assert client.post(LOGIN, json=ANN).status_code == 429
    assert client.post(LOGIN, json=ANN | {"email": "Ann@Example.com"}).status_code == 429


def test_others_and_open_sessions_are_left_alone(client: httpx.Client, ann: httpx.Client) -> None:
    exhaust(client)
    assert client.post(LOGIN, json=ANN | {"email": "bob@example.com"}).status_code == 200
    assert ann.get("/auth/me").status_code == 200


def test_a_good_login_takes_the_count_back(client: httpx.Client, settings: Settings) -> None:
    for _ in range(3):
        for _ in range(LOGIN_ATTEMPTS - 1):
            assert client.post(LOGIN, json=WRONG).status_code == 401
        assert client.post(LOGIN, json=ANN).status_code == 200
    assert sql(settings, "SELECT * FROM login_attempts") == []


def test_the_window_ends_and_refusals_do_not_prolong_it(client: httpx.Client, settings: Settings) -> None:
    exhaust(client)
    before = sql(settings, "SELECT attempts, ends_at FROM login_attempts")
    assert client.post(LOGIN, json=WRONG).status_code == 429
    assert sql(settings, "SELECT attempts, ends_at FROM login_attempts") == before
    sql(settings, "UPDATE login_attempts SET ends_at = now() - interval '1 second'")
    assert client.post(LOGIN, json=WRONG).status_code == 401
    assert sql(settings, "SELECT attempts, ends_at > now() FROM login_attempts") == [(1, True)]


def test_the_next_attempt_deletes_expired_windows(client: httpx.Client, settings: Settings) -> None:
    """A locked row is left for later, without waiting for it."""
    for number in range(3):
        client.post(LOGIN, json=NOBODY | {"email": f"nobody{number}@example.com"})
    sql(settings, "UPDATE login_attempts SET ends_at = now() - interval '1 second'")
    with contextlib.closing(psycopg.connect(settings.database_url.get_secret_value())) as holder:
        holder.cursor().execute("SELECT * FROM login_attempts LIMIT 1 FOR UPDATE")
        assert client.post(LOGIN, json=WRONG, timeout=2).status_code == 401
    assert len(sql(settings, "SELECT * FROM login_attempts")) == 2


def test_no_address_is_in_the_table(client: httpx.Client, settings: Settings) -> None:
    client.post(LOGIN, json=WRONG)
    ((found,),) = sql(settings, "SELECT email_digest FROM login_attempts")
    assert len(bytes(found)) == 32
    assert b"ann" not in bytes(found)


@pytest.fixture
def replicas(settings: Settings, client: httpx.Client) -> Iterator[list[str]]:
    with serving(create_app(settings)) as first, serving(create_app(settings)) as second:
        yield [first, second]


@pytest.mark.parametrize("credentials", [WRONG, NOBODY], ids=["known", "unknown"])
def test_many_at_once_on_two_replicas_get_no_attempt_more(
    replicas: list[str], credentials: dict[str, str]
) -> None:
    urls = [url for url, _ in zip(cycle(replicas), range(40), strict=False)]
    with ThreadPoolExecutor(20) as pool:
        answers = pool.map(
            lambda url: httpx.post(url + LOGIN, json=credentials, timeout=30).status_code, urls
        )
        assert Counter(answers) == {401: LOGIN_ATTEMPTS, 429: 40 - LOGIN_ATTEMPTS}


def test_as_many_good_logins_at_once_all_pass(replicas: list[str], settings: Settings) -> None:
    urls = [url for url, _ in zip(cycle(replicas), range(LOGIN_ATTEMPTS), strict=False)]
    with ThreadPoolExecutor(len(urls)) as pool:
        answers = pool.map(lambda url: httpx.post(url + LOGIN, json=ANN, timeout=30).status_code, urls)
        assert set(answers) == {200}
    assert sql(settings, "SELECT * FROM login_attempts") == []
