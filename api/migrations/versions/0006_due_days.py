"""Due days beside due instants; the whole days of old become such days.

Until now a whole day was stored as 23:59:00 of that day in the user's zone, and the zone was not. It is guessed:

- If the owner has talked to the assistant, which keeps the browser's zone with each message: one of those zones. What
  is not 23:59:00 there has a time.
- Otherwise from the instant itself. 22:59Z is 23:59 at UTC+1, and no other zone in use: the day is that zone's. Zones
  are 26 hours wide, so three hours fit two offsets each; the one where more people live counts (UTC-10 before +14,
  UTC+13 before -11, UTC+12 before -12). A time that a user set to such a minute, as 17:59, becomes a day as well.

Code of the version before may run beside this schema. It sets `due_at` only, so a trigger lets the newer of the two
count. It does not see days, and what it stores as 23:59:00 stays an instant.

Takes no lock for long and may be interrupted anywhere: each step is repeated, or found done, by the next run.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | Sequence[str] | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_CHECKS = {
    "ck_tasks_due": "due_on IS NULL OR due_at IS NULL",
    "ck_tasks_due_zone": "due_at IS NOT NULL OR due_zone IS NULL",
}
_AGE, _FILTERS = "created_at DESC, id DESC", "completed_at, deleted_at"
_INDEXES = {
    "ix_tasks_by_due_time": f"(owner_id, due_at, {_AGE}, {_FILTERS}) WHERE due_at IS NOT NULL",
    "ix_tasks_by_due_day": f"(owner_id, due_on, {_AGE}, {_FILTERS}) WHERE due_on IS NOT NULL",
    "ix_tasks_by_undated": f"(owner_id, {_AGE}, {_FILTERS}) WHERE due_at IS NULL AND due_on IS NULL",
    "ix_tasks_by_priority_age": f"(owner_id, priority_rank, created_at, id, {_FILTERS})",
}
_REPLACED = {
    "ix_tasks_by_due_at": f"(owner_id, due_at, id, {_FILTERS})",
    "ix_tasks_by_due_at_desc": f"(owner_id, due_at DESC NULLS LAST, id DESC, {_FILTERS})",
    "ix_tasks_by_priority": f"(owner_id, priority_rank, id, {_FILTERS})",
}
_TRIGGER = """
CREATE OR REPLACE FUNCTION tasks_due_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.due_on IS NOT NULL AND NEW.due_at IS NOT NULL THEN
        IF TG_OP = 'UPDATE' AND NEW.due_at IS NOT DISTINCT FROM OLD.due_at THEN
            NEW.due_at := NULL;
        ELSE
            NEW.due_on := NULL;
        END IF;
    END IF;
    IF NEW.due_at IS NULL THEN
        NEW.due_zone := NULL;
    END IF;
    RETURN NEW;
END $$
"""
# Minutes from UTC of the zones in use. Of two offsets for one time of the day, the one of fewer people is missing.
_OFFSETS = (
    *(-600, -570, -540, -480, -420, -360, -300, -240, -210, -180, -150, -120, -60, 0, 60, 120, 180, 210, 240),
    *(270, 300, 330, 345, 360, 390, 420, 480, 525, 540, 570, 600, 630, 660, 720, 765, 780, 825),
)
_BATCH = 5000
# The version grows, because a client's copy of such a task is no longer right.
_CONVERT = f"""
WITH whole AS (
    SELECT tasks.id, coalesce(
        (SELECT there::date
         FROM (SELECT DISTINCT time_zone AS name FROM chat_turns WHERE chat_turns.owner_id = tasks.owner_id) AS zones,
              LATERAL (SELECT CASE WHEN zones.name = ANY(:known) THEN tasks.due_at AT TIME ZONE zones.name END AS there)
              AS moments
         WHERE there::time = '23:59' LIMIT 1),
        (SELECT (tasks.due_at AT TIME ZONE 'UTC' + make_interval(mins => minutes))::date
         FROM unnest(ARRAY[{", ".join(map(str, _OFFSETS))}]) AS minutes
         WHERE (tasks.due_at AT TIME ZONE 'UTC' + make_interval(mins => minutes))::time = '23:59'
           AND NOT EXISTS (SELECT FROM chat_turns WHERE chat_turns.owner_id = tasks.owner_id) LIMIT 1)
    ) AS day
    FROM tasks WHERE due_zone IS NULL AND id > :after
      AND extract(second FROM due_at) = 0 AND extract(minute FROM due_at) IN (14, 29, 59)
    ORDER BY id LIMIT {_BATCH}
), changed AS (
    UPDATE tasks SET due_on = whole.day, due_at = NULL, version = version + 1
    FROM whole WHERE tasks.id = whole.id AND whole.day IS NOT NULL
)
SELECT id FROM whole ORDER BY id DESC LIMIT 1
"""  # noqa: S608 - from the lists above


def upgrade() -> None:
    # A change of the table waits for running transactions, and everyone else waits behind it: not for long.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE tasks ADD COLUMN IF NOT EXISTS due_on date")
    op.execute("ALTER TABLE tasks ADD COLUMN IF NOT EXISTS due_zone varchar")
    op.execute(_TRIGGER)
    op.execute("DROP TRIGGER IF EXISTS tasks_due_once ON tasks")
    op.execute(
        "CREATE TRIGGER tasks_due_once BEFORE INSERT OR UPDATE OF due_at, due_on, due_zone ON tasks"
        " FOR EACH ROW EXECUTE FUNCTION tasks_due_once()"
    )
    for name, condition in _CHECKS.items():
        op.execute(f"ALTER TABLE tasks DROP CONSTRAINT IF EXISTS {name}")
        op.execute(f"ALTER TABLE tasks ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID")
    with op.get_context().autocommit_block():
        for name in _CHECKS:
            op.execute(f"ALTER TABLE tasks VALIDATE CONSTRAINT {name}")
        _convert()
        for name, definition in _INDEXES.items():
            _create_index(name, definition)
        for name in _REPLACED:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


def downgrade() -> None:
    """Days become 23:59:00 UTC."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, definition in _REPLACED.items():
        op.execute(f"CREATE INDEX IF NOT EXISTS {name} ON tasks {definition}")
    for name in _INDEXES:
        op.execute(f"DROP INDEX IF EXISTS {name}")
    op.execute(
        "UPDATE tasks SET due_at = (due_on + time '23:59') AT TIME ZONE 'UTC' WHERE due_on IS NOT NULL"
    )
    op.execute("DROP TRIGGER tasks_due_once ON tasks")
    op.execute("DROP FUNCTION tasks_due_once")
    for name in _CHECKS:
        op.execute(f"ALTER TABLE tasks DROP CONSTRAINT {name}")
    op.execute("ALTER TABLE tasks DROP COLUMN due_on, DROP COLUMN due_zone")


def _convert() -> None:
    """In batches, so that no row stays locked for long."""
    used = op.get_bind().scalars(sa.text("SELECT DISTINCT time_zone FROM chat_turns")).all()
    names = set(op.get_bind().scalars(sa.text("SELECT name FROM pg_timezone_names")).all())
    after: object = "00000000-0000-0000-0000-000000000000"
    while after is not None:
        after = op.get_bind().scalar(sa.text(_CONVERT), {"after": after, "known": list(names & set(used))})


def _create_index(name: str, definition: str) -> None:
    """What an interrupted run leaves behind is marked invalid: it costs writes and serves nothing."""
    valid = op.get_bind().scalar(
        sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"), {"name": name}
    )
    if valid is False:
        op.execute(f"DROP INDEX CONCURRENTLY {name}")
    op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON tasks {definition}")
