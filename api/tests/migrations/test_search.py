"""Revision 0008: tasks of before it are found, and so is what the version before writes beside it."""

import pytest
from sqlalchemy import Connection, Engine, text

from app import migrate as migrations
from tests.migrations.rows import add_account

pytestmark = pytest.mark.slow

BEFORE = "0007"


def add_tasks(connection: Connection, count: int) -> None:
    """As the version before writes them."""
    owner = add_account(connection)
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


def test_all_tasks_of_before_are_found(engine_before: Engine) -> None:
    """More than one batch of them, and nothing else about them changes."""
    with engine_before.begin() as connection:
        add_tasks(connection, 4500)
    migrations.migrate(engine_before)
    with engine_before.connect() as connection:
        assert found(connection, "zoe", "mull", "cafe") == 4500
        assert found(connection, "cafe", "4500") == 1
        changed = "SELECT count(*) FROM tasks WHERE version <> 1 OR updated_at > created_at"
        assert connection.scalar(text(changed)) == 0


def test_the_version_before_writes_beside_the_search(engine_before: Engine) -> None:
    migrations.migrate(engine_before)
    with engine_before.begin() as connection:
        add_tasks(connection, 1)
        assert found(connection, "cafe", "zoe", "mull") == 1
        connection.execute(text("UPDATE tasks SET title = 'Tee', version = 2"))
        assert (found(connection, "tee", "zoe"), found(connection, "cafe")) == (1, 0)
        connection.execute(text("UPDATE tasks SET search = 'no such text'"))
        assert found(connection, "tee") == 1
