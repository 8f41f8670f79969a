"""What the tests of single revisions share."""

import os
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.config import Config
from pydantic import SecretStr
from sqlalchemy import Engine

from app import migrate as migrations
from app.core.config import Settings
from tests.support.postgres import Cluster
from tests.support.serving import API


@pytest.fixture
def engine_before(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database at the revision that the test module names in `BEFORE`."""
    name = request.node.name[:60]
    cluster.create_database(name)
    engine = migrations.make_engine(Settings(database_url=SecretStr(cluster.url(name))).database)
    alembic = Config(os.fspath(API / "alembic.ini"))
    with engine.connect() as connection:
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, request.module.BEFORE)
    yield engine
    engine.dispose()
