"""One PostgreSQL and one server for all tests; every test starts without tasks and with two accounts."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.core.config import Settings
from app.factory import create_app
from app.migrate import make_engine, migrate
from tests.support.pooler import pooled
from tests.support.postgres import Cluster, private_cluster
from tests.support.serving import CONFIGURING, JWT_SECRET, serving

Register = Callable[..., httpx.Client]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pooler", action="store_true", help="put PgBouncer in front of PostgreSQL")


@pytest.fixture(scope="session", autouse=True)
def _clean_environment() -> Iterator[None]:
    """What the developer's shell exports must not configure the application under test."""
    with pytest.MonkeyPatch.context() as patch:
        for key in CONFIGURING:
            patch.delenv(key, raising=False)
        yield


@pytest.fixture(scope="session")
def cluster(pytestconfig: pytest.Config) -> Iterator[Cluster]:
    pooler = pooled if pytestconfig.getoption("pooler") else contextlib.nullcontext
    with private_cluster() as cluster, pooler(cluster):
        yield cluster


@pytest.fixture(scope="session")
def settings(cluster: Cluster) -> Settings:
    return Settings(database_url=SecretStr(cluster.url()), jwt_secret=SecretStr(JWT_SECRET))


@pytest.fixture(scope="session")
def app(settings: Settings) -> FastAPI:
    migrate(make_engine(settings.database))
    return create_app(settings)


@pytest.fixture(scope="session")
def base_url(app: FastAPI) -> Iterator[str]:
    with serving(app) as url:
        yield url


@pytest.fixture(scope="session")
def register(base_url: str) -> Iterator[Register]:
    """Makes an account and returns a client that is logged in to it."""
    clients = []

    def register(email: str, **extra: Any) -> httpx.Client:
        body = {"email": email, "password": "correct horse", **extra}
        session = httpx.post(f"{base_url}/api/v1/auth/register", json=body).raise_for_status().json()
        headers = {"Authorization": f"Bearer {session['access_token']}"}
        clients.append(httpx.Client(base_url=f"{base_url}/api/v1", headers=headers, timeout=30))
        return clients[-1]

    yield register
    for client in clients:
        client.close()


@pytest.fixture(scope="session")
def _accounts(register: Register) -> tuple[httpx.Client, httpx.Client]:
    """Registered once: hashing a password takes longer than most tests."""
    return register("ann@example.com", name="Ann"), register("bob@example.com", name="Bob")


@pytest.fixture
def _no_tasks(settings: Settings, _accounts: object) -> None:
    with (
        psycopg.connect(settings.database_url.get_secret_value()) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE tasks, changes, repeatable_requests, login_attempts, rate_limits")
        cursor.execute("DELETE FROM users WHERE email NOT IN ('ann@example.com', 'bob@example.com')")
    connection.close()


@pytest.fixture
def client(base_url: str, _no_tasks: None) -> Iterator[httpx.Client]:
    """A client without an account."""
    with httpx.Client(base_url=base_url, timeout=30) as client:
        yield client


@pytest.fixture
def ann(_accounts: tuple[httpx.Client, httpx.Client], _no_tasks: None) -> httpx.Client:
    return _accounts[0]


@pytest.fixture
def bob(_accounts: tuple[httpx.Client, httpx.Client], _no_tasks: None) -> httpx.Client:
    return _accounts[1]
