"""Revision 0006: whole days of old become days, and the version before goes on working beside them."""

import uuid
from typing import Any

from sqlalchemy import Connection, Engine, text

from app import migrate as migrations
from tests.migrations.rows import add_account

BEFORE = "0005"


def add_user(connection: Connection, *zones: str) -> uuid.UUID:
    """An account whose browser was in these zones when it talked to the assistant."""
    owner = add_account(connection)
    for zone in zones:
        connection.execute(
            text(
                "INSERT INTO chat_turns (id, owner_id, client_message_id, message, time_zone, answer, state, usage,"
                " created_at) VALUES (gen_random_uuid(), :owner, gen_random_uuid(), '', :zone, '', 'done', '{}', now())"
            ),
            {"owner": owner, "zone": zone},
        )
    return owner


def add_task(connection: Connection, owner: uuid.UUID, due_at: str | None) -> uuid.UUID:
    """As the version before writes it."""
    task = uuid.uuid4()
    connection.execute(
        text(
            "INSERT INTO tasks (id, owner_id, title, notes, priority_rank, tags, due_at, created_at, updated_at,"
            " version) VALUES (:id, :owner, 'x', '', 0, '{}', :due_at, now(), now(), 1)"
        ),
        {"id": task, "owner": owner, "due_at": due_at},
    )
    return task


def due(connection: Connection, task: uuid.UUID) -> tuple[Any, ...]:
    columns = "due_on::text, to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI'), due_zone, version"
    return tuple(connection.execute(text(f"SELECT {columns} FROM tasks WHERE id = :id"), {"id": task}).one())  # noqa: S608


CASES: list[tuple[tuple[str, ...], str, str | None]] = [
    ((), "2026-11-27T22:59Z", "2026-11-27"),  # Berlin in winter
    ((), "2026-07-01T21:59Z", "2026-07-01"),  # and in summer
    ((), "2026-11-28T04:59Z", "2026-11-27"),  # New York
    ((), "2026-11-27T14:59Z", "2026-11-27"),  # Tokyo
    ((), "2026-11-27T18:29Z", "2026-11-27"),  # India
    ((), "2026-11-27T18:14Z", "2026-11-27"),  # Nepal
    ((), "2026-11-28T09:59Z", "2026-11-27"),  # Hawaii rather than Kiribati
    ((), "2026-11-27T10:59Z", "2026-11-27"),  # New Zealand
    ((), "2026-11-27T19:00Z", None),
    ((), "2026-11-27T18:44Z", None),
    (("Europe/Berlin",), "2026-11-27T22:59Z", "2026-11-27"),
    (("Europe/Berlin",), "2026-11-27T16:59Z", None),  # one minute to six there, so a time
    (("Europe/Berlin", "America/New_York"), "2026-11-28T04:59Z", "2026-11-27"),
    (("Pacific/Kiritimati",), "2026-11-27T09:59Z", "2026-11-27"),
    (("No/Zone",), "2026-11-27T22:59Z", None),
]


def test_whole_days_become_days(engine_before: Engine) -> None:
    with engine_before.begin() as connection:
        tasks = [add_task(connection, add_user(connection, *zones), at) for zones, at, _ in CASES]
        undated = add_task(connection, add_user(connection), None)
    migrations.migrate(engine_before)
    with engine_before.connect() as connection:
        found = [due(connection, task) for task in tasks]
        assert due(connection, undated) == (None, None, None, 1)
    assert found == [
        (day, None, None, 2) if day else (None, at.removesuffix("Z"), None, 1) for _, at, day in CASES
    ]


def test_the_version_before_runs_beside_it(engine_before: Engine) -> None:
    """It knows only `due_at`: what it sets counts, and what it does not touch stays."""
    migrations.migrate(engine_before)
    with engine_before.begin() as connection:
        task = add_task(connection, add_user(connection), None)
        connection.execute(text("UPDATE tasks SET due_on = '2026-12-24'"))
        connection.execute(text("UPDATE tasks SET title = 'y', version = 2"))
        assert due(connection, task) == ("2026-12-24", None, None, 2)
        connection.execute(text("UPDATE tasks SET due_at = '2026-11-27T19:00Z'"))
        assert due(connection, task) == (None, "2026-11-27T19:00", None, 2)
        connection.execute(text("UPDATE tasks SET due_zone = 'UTC'"))
        connection.execute(text("UPDATE tasks SET due_at = NULL"))
        assert due(connection, task) == (None, None, None, 2)
