"""Indexes for every order of the list, for its search and its tags; limits that the code relies on.

Takes no lock for long and may be interrupted anywhere: each step is repeated, or found done, by the next run.
"""

import logging
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import DBAPIError

revision: str = "0005"
down_revision: str | Sequence[str] | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_CHECKS = {
    "ck_tasks_priority_rank": "priority_rank BETWEEN 0 AND 4",
    "ck_tasks_version": "version >= 1",
    "ck_tasks_title": "char_length(title) BETWEEN 1 AND 200",
    "ck_tasks_notes": "char_length(notes) <= 10000",
    "ck_tasks_tags": "cardinality(tags) <= 20 AND char_length(array_to_string(tags, '')) <= 800",
}
_FILTERS = "completed_at, deleted_at"
_INDEXES = {
    "ix_tasks_by_created_at": f"(owner_id, created_at, id, {_FILTERS})",
    "ix_tasks_by_updated_at": f"(owner_id, updated_at, id, {_FILTERS})",
    "ix_tasks_by_due_at": f"(owner_id, due_at, id, {_FILTERS})",
    "ix_tasks_by_due_at_desc": f"(owner_id, due_at DESC NULLS LAST, id DESC, {_FILTERS})",
    "ix_tasks_by_priority": f"(owner_id, priority_rank, id, {_FILTERS})",
    "ix_tasks_by_title": f"(owner_id, lower(title), id, {_FILTERS}) INCLUDE (title)",
    "ix_tasks_tags": "USING gin (tags)",
    "ix_tasks_tags_of_owner": (
        "(owner_id, tags) WHERE deleted_at IS NULL AND cardinality(tags) BETWEEN 1 AND 8"
    ),
    "ix_tasks_many_tags_of_owner": "(owner_id) WHERE deleted_at IS NULL AND cardinality(tags) > 8",
}
_REPLACED = {
    "ix_tasks_owner_id_created_at_id": "(owner_id, created_at, id)",
    "ix_tasks_owner_id_due_at_id": "(owner_id, due_at, id)",
}
# Only where the extension pg_trgm is to be had, so the model is without it; see migrations/env.py.
_SEARCH = "ix_tasks_search"
# insufficient_privilege, feature_not_supported, undefined_file
_NO_EXTENSION = {"42501", "0A000", "58P01"}
_WRONG_NAME, _RIGHT_NAME = "ck_signing_keys_ck_signing_keys_single_row", "ck_signing_keys_single_row"
log = logging.getLogger("app.migrate")


def upgrade() -> None:
    # A change of the table waits for running transactions, and everyone else waits behind it: not for long.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE tasks ADD COLUMN IF NOT EXISTS request_digest bytea")
    for name, condition in _CHECKS.items():
        op.execute(f"ALTER TABLE tasks DROP CONSTRAINT IF EXISTS {name}")
        op.execute(f"ALTER TABLE tasks ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID")
    _rename(_WRONG_NAME, _RIGHT_NAME)
    with op.get_context().autocommit_block():
        for name in _CHECKS:
            op.execute(f"ALTER TABLE tasks VALIDATE CONSTRAINT {name}")
        for name, definition in _INDEXES.items():
            _create_index(name, definition)
        if operators := _trigram_operators():
            _create_index(_SEARCH, f"USING gin (title {operators}, notes {operators})")
        for name in _REPLACED:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, definition in _REPLACED.items():
        op.execute(f"CREATE INDEX {name} ON tasks {definition}")
    for name in (*_INDEXES, _SEARCH):
        op.execute(f"DROP INDEX IF EXISTS {name}")
    for name in _CHECKS:
        op.execute(f"ALTER TABLE tasks DROP CONSTRAINT {name}")
    op.execute("ALTER TABLE tasks DROP COLUMN request_digest")
    _rename(_RIGHT_NAME, _WRONG_NAME)


def _create_index(name: str, definition: str) -> None:
    """What an interrupted run leaves behind is marked invalid: it costs writes and serves nothing."""
    valid = op.get_bind().scalar(
        sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"), {"name": name}
    )
    if valid is False:
        op.execute(f"DROP INDEX CONCURRENTLY {name}")
    op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON tasks {definition}")


def _trigram_operators() -> str | None:
    """The name of pg_trgm's operator class for GIN, its schema included. Creates the extension if that is allowed."""
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'")):
        try:
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _NO_EXTENSION:
                raise
    operators: str | None = connection.scalar(
        sa.text(
            "SELECT quote_ident(nspname) || '.gin_trgm_ops' FROM pg_opclass"
            " JOIN pg_namespace ON pg_namespace.oid = opcnamespace WHERE opcname = 'gin_trgm_ops'"
        )
    )
    if operators is None:
        log.warning("no extension pg_trgm in this database: a search reads all tasks of its user")
    return operators


def _rename(old: str, new: str) -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM pg_constraint WHERE conname = :old"), {"old": old}):
        op.execute(f"ALTER TABLE signing_keys RENAME CONSTRAINT {old} TO {new}")
