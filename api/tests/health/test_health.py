"""What the process says about itself."""

from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr

from app.core.config import Settings
from app.core.shutdown import shutdown
from app.factory import create_app
from tests.support.assertions import assert_problem
from tests.support.serving import serving

NOWHERE = SecretStr("postgresql://nobody@127.0.0.1:1/none")


@pytest.fixture(scope="module")
def without_database() -> Iterator[httpx.Client]:
    settings = Settings(database_url=NOWHERE, app_version="7", todo_standins=frozenset({"database"}))
    with serving(create_app(settings)) as url, httpx.Client(base_url=url) as client:
        yield client


def test_probes_ask_no_database(without_database: httpx.Client) -> None:
    for path in ("/health/live", "/health/ready", "/docs"):
        assert without_database.get(path).status_code == 200


def test_only_health_db_tells_of_the_database(client: httpx.Client, without_database: httpx.Client) -> None:
    assert client.get("/health/db").json() == {"status": "ok"}
    assert_problem(without_database.get("/health/db"), 503)


def test_ready_no_more_when_draining(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutdown, "draining", True)
    assert_problem(client.get("/health/ready"), 503)
    assert client.get("/health/live").status_code == 200


def test_about(client: httpx.Client, without_database: httpx.Client) -> None:
    about = without_database.get("/api/v1/about").json()
    assert (about["service"], about["version"]) == ("todo-api", "7")
    assert about["standins"] == {"database": True, "assistant": False}
    assert client.get("/api/v1/about").json()["standins"] == {"database": False, "assistant": False}


def test_without_a_key_a_token_cannot_be_read_while_the_database_is_down(
    without_database: httpx.Client,
) -> None:
    headers = {"Authorization": "Bearer x"}
    assert_problem(without_database.get("/api/v1/tasks", headers=headers), 503)
