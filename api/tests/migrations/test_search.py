"""Revision 0008: tasks of before it are found, and so is what the version before writes beside it."""

import os
import uuid
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.config import Config
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, text

from app import migrate as migrations
from app.core.config import Settings
from tests.support.postgres import Cluster
from tests.support.serving import API

pytestmark = pytest.mark.slow


@pytest.fixture
def engine(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """At revision 0007."""
    name = request.node.name[:60]
    cluster.create_database(name)
    engine = migrations.make_engine(Settings(database_url=SecretStr(cluster.url(name))).database)
    alembic = Config(os.fspath(API / "alembic.ini"))
    with engine.connect() as connection:
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "0007")
    yield engine
    engine.dispose()


def add_tasks(connection: Connection, count: int) -> None:
    """As the version before writes them."""
    owner = uuid.uuid4()
    connection.execute(
        text(
            "INSERT INTO users (id, email, name, password_hash, created_at) VALUES (:id, :email, '', '', now())"
        ),
        {"id": owner, "email": str(owner)},
    )
    connection.execute(
        text(
            "INSERT INTO tasks (id, owner_id, title, notes, priority_rank, tags, created_at, updated_at, version)"
            " SELECT gen_random_uuid(), :owner, 'Café ' || n, 'Zoë', 0, ARRAY['müll'], now(), now(), 1"
            " FROM generate_series(1, :count) AS n"
        ),
        {"owner": owner, "count": count},
    )


def found(connection: Connection, *words: str) -> int:
    conditions = " AND ".join(f"search LIKE search_pattern('{word}')" for word in words)
    return connection.scalar(text(f"SELECT count(*) FROM tasks WHERE {conditions}")) or 0  # noqa: S608


def test_all_tasks_of_before_are_found(engine: Engine) -> None:
    """More than one batch of them, and nothing else about them changes."""
    with engine.begin() as connection:
        add_tasks(connection, 4500)
    migrations.migrate(engine)
    with engine.connect() as connection:
        assert found(connection, "zoe", "mull", "cafe") == 4500
        assert found(connection, "cafe", "4500") == 1
        changed = "SELECT count(*) FROM tasks WHERE version <> 1 OR updated_at > created_at"
        assert connection.scalar(text(changed)) == 0


def test_the_version_before_writes_beside_the_search(engine: Engine) -> None:
    migrations.migrate(engine)
    with engine.begin() as connection:
        add_tasks(connection, 1)
        assert found(connection, "cafe", "zoe", "mull") == 1
        connection.execute(text("UPDATE tasks SET title = 'Tee', version = 2"))
        assert (found(connection, "tee", "zoe"), found(connection, "cafe")) == (1, 0)
        connection.execute(text("UPDATE tasks SET search = 'no such text'"))
        assert found(connection, "tee") == 1
