"""`python -m app.migrate`: from nothing to head, again, at once, and in vain."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from app import migrate as migrations
from app.core.config import Settings
from tests.migrations.rows import add_account
from tests.support.postgres import PASSWORD, Cluster
from tests.support.serving import API, plain_environment

pytestmark = pytest.mark.slow

ALEMBIC = Config(os.fspath(API / "alembic.ini"))
HEAD = ScriptDirectory.from_config(ALEMBIC).get_current_head()


@pytest.fixture
def empty(cluster: Cluster, request: pytest.FixtureRequest) -> str:
    name = request.node.name[:60]
    cluster.create_database(name)
    return cluster.url(name)


@pytest.fixture
def engine(empty: str) -> Iterator[Engine]:
    engine = migrations.make_engine(Settings(database_url=SecretStr(empty)).database)
    yield engine
    engine.dispose()


def start(url: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "app.migrate"],
        cwd=API,
        env=plain_environment() | {"DATABASE_URL": url, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[list[dict[str, Any]], str]:
    output, errors = process.communicate(timeout=40)
    return [json.loads(line) for line in output.splitlines()], errors


def test_four_at_once_migrate_once(empty: str) -> None:
    replicas = [start(empty) for _ in range(4)]
    logs = [finish(replica) for replica in replicas]
    assert [replica.returncode for replica in replicas] == [0] * 4
    messages = [entry["message"] for log, _ in logs for entry in log]
    assert len([message for message in messages if message.startswith("migrating from")]) == 1
    assert messages.count(f"the schema is at revision {HEAD}") == 4
    assert {errors for _, errors in logs} == {""}


def test_at_head_nothing_is_locked_or_waited_for(engine: Engine) -> None:
    migrations.migrate(engine)
    with engine.begin() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": migrations._LOCK})
        migrations.migrate(engine)


def test_a_lock_that_is_never_released_is_reported(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "WAIT_FOR_LOCK", 0.2)
    monkeypatch.setattr(migrations, "_PAUSE", 0.05)
    with engine.begin() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": migrations._LOCK})
        with pytest.raises(migrations.MigrationError, match="another replica has held the migration lock"):
            migrations.migrate(engine)


def test_a_migration_may_take_longer_than_others_wait(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "WAIT_FOR_LOCK", 0.1)
    migrations.migrate(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == HEAD


def test_the_models_and_the_migrations_agree(engine: Engine) -> None:
    """In a process of its own: this one has imported the whole application, and so every table."""
    migrations.migrate(engine)
    check = subprocess.run(
        [sys.executable, "-m", "alembic", "check"],
        cwd=API,
        env=plain_environment() | {"DATABASE_URL": engine.url.render_as_string(hide_password=False)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (check.returncode, check.stdout) == (0, "No new upgrade operations detected.\n"), check.stderr


def test_down_and_up_again(engine: Engine) -> None:
    migrations.migrate(engine)
    with engine.begin() as connection:
        ALEMBIC.attributes["connection"] = connection
        command.downgrade(ALEMBIC, "base")
    migrations.migrate(engine)


def test_a_schema_newer_than_the_image_is_left_alone(engine: Engine) -> None:
    """A rollback starts old images on the new schema; they must not fail for it."""
    migrations.migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    migrations.migrate(engine)


def test_a_database_that_is_late_is_waited_for(empty: str, cluster: Cluster) -> None:
    with cluster.stopped():
        process = start(empty)
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
    assert "waiting for the database at 127.0.0.1" in first["message"]
    if not cluster.is_pooled:  # a pooler accepts the connection and waits as well
        assert "Connection refused" in first["message"]
    _, errors = finish(process)
    assert (process.returncode, errors) == (0, "")


def test_a_database_that_never_comes_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "WAIT_FOR_DATABASE", 0.2)
    monkeypatch.setattr(migrations, "_PAUSE", 0.05)
    settings = Settings(database_url=SecretStr(f"postgresql://todo:{PASSWORD}@127.0.0.1:1/todo"))
    with pytest.raises(migrations.MigrationError) as error:
        migrations.migrate(migrations.make_engine(settings.database))
    assert "no database at 127.0.0.1" in str(error.value)
    assert "DATABASE_URL" in str(error.value)
    assert PASSWORD not in str(error.value)


def test_an_encoding_without_unicode_is_one_sentence(engine: Engine, empty: str) -> None:
    name = engine.url.database
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(
            text("CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
        )
    process = start(empty.replace(f"/{name}?", "/latin?"))
    _, errors = finish(process)
    assert process.returncode == 1
    assert errors == (
        "todo-api cannot migrate: the database has the encoding LATIN1: create it with ENCODING 'UTF8'"
        " (TEMPLATE template0).\n"
    )


def test_the_direct_url_goes_first(empty: str) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    process = start(nowhere, DATABASE_URL_DIRECT=empty)
    log, _ = finish(process)
    assert process.returncode == 0
    assert log[-1]["message"] == f"the schema is at revision {HEAD}"


def test_constraints_have_the_names_of_the_models(engine: Engine) -> None:
    migrations.migrate(engine)
    in_models = {
        (table.name, constraint.name)
        for table in SQLModel.metadata.tables.values()
        for constraint in table.constraints
    }
    with engine.connect() as connection:
        found = connection.execute(
            text(
                "SELECT conrelid::regclass::text, conname FROM pg_constraint"
                " WHERE contype IN ('p', 'u', 'f', 'c') AND connamespace = 'public'::regnamespace"
                " AND conrelid::regclass::text <> 'alembic_version'"
            )
        )
        assert {tuple(row) for row in found} == in_models
        assert connection.scalar(text("SELECT count(*) FROM pg_constraint WHERE NOT convalidated")) == 0


def test_the_table_refuses_what_the_code_relies_on(engine: Engine) -> None:
    migrations.migrate(engine)
    with engine.begin() as connection:
        _insert_task(connection)
    for change in (
        *("priority_rank = 5", "priority_rank = -1", "version = 0", "title = ''", "title = repeat('x', 201)"),
        *("notes = repeat('x', 10001)", "tags = array_fill('x'::text, ARRAY[21])"),
        "tags = ARRAY[repeat('x', 801)]",
    ):
        with pytest.raises(IntegrityError, match="ck_tasks_"), engine.begin() as connection:
            connection.execute(text(f"UPDATE tasks SET {change}"))  # noqa: S608 - from the list above


def test_an_interrupted_revision_is_done_again(engine: Engine) -> None:
    """As after a kill between two steps: constraints there, an index half built, the revision not written."""
    migrations.migrate(engine)
    with engine.begin() as connection:
        _insert_task(connection)
        before = ScriptDirectory.from_config(ALEMBIC).get_revision("0005").down_revision
        connection.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": before})
        connection.execute(text("DROP INDEX ix_tasks_by_title"))
        connection.execute(
            text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_tasks_tags'::regclass")
        )
    migrations.migrate(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_index WHERE NOT indisvalid")) == 0
        assert connection.scalar(text("SELECT to_regclass('ix_tasks_by_title') IS NOT NULL"))


def test_without_the_extension_there_is_no_index_and_no_failure(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """A role that may not create extensions, as at some hosts."""
    with engine.begin() as connection:
        role = f"plain_{uuid.uuid4().hex}"
        connection.execute(text(f"CREATE ROLE {role}"))
        connection.execute(text(f"GRANT USAGE, CREATE ON SCHEMA public TO {role}"))
    plain = migrations.make_engine(engine.url)
    event.listen(plain, "connect", lambda dbapi, _: dbapi.cursor().execute(f"SET ROLE {role}"))
    migrations.migrate(plain)
    with plain.connect() as connection:
        assert connection.scalar(text("SELECT to_regclass('ix_tasks_search_text')")) is None
        _insert_task(connection)
        found = "SELECT count(*) FROM tasks WHERE search LIKE search_pattern('x')"
        assert connection.scalar(text(found)) == 1
    assert "no extension pg_trgm" in caplog.text


def _insert_task(connection: Connection) -> None:
    owner = add_account(connection)
    connection.execute(
        text(
            "INSERT INTO tasks (id, owner_id, title, notes, priority_rank, tags, created_at, updated_at, version)"
            " VALUES (gen_random_uuid(), :owner, 'x', '', 0, '{}', now(), now(), 1)"
        ),
        {"owner": owner},
    )
