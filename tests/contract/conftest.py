"""A server as in a pod, on a PostgreSQL of its own, with one account."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.core.config import Settings
from app.migrate import make_engine, migrate
from tests.support.postgres import private_cluster
from tests.support.serving import process


@dataclass(frozen=True)
class Service:
    """Where the API answers, and a token for it."""

    url: str
    token: str


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with private_cluster() as cluster:
        settings = Settings.model_validate({"database_url": cluster.url()})
        migrate(make_engine(settings.database))
        log: Path = tmp_path_factory.mktemp("server") / "log"
        with process({"DATABASE_URL": cluster.url()}, log) as server:
            account = {"email": "contract@example.com", "password": "correct horse"}
            session = httpx.post(f"{server.url}/api/v1/auth/register", json=account).raise_for_status().json()
            yield Service(server.url, session["access_token"])
