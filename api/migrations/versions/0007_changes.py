"""Changes that can be undone, answers of requests that may be repeated, and a counter of each user's changes.

Only new tables: the version before writes tasks without them, which the code allows for.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007"
down_revision: str | Sequence[str] | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("tasks", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_changes_owner_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
        if_not_exists=True,
    )
    op.create_index("ix_changes_made_at", "changes", ["made_at"], if_not_exists=True)
    op.create_index("ix_changes_owner_id", "changes", ["owner_id"], if_not_exists=True)
    op.create_table(
        "repeatable_requests",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("answer", postgresql.JSONB(), nullable=True),
        sa.Column("change_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name="fk_repeatable_requests_owner_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner_id", "key", name="pk_repeatable_requests"),
        if_not_exists=True,
    )
    op.create_index("ix_repeatable_requests_made_at", "repeatable_requests", ["made_at"], if_not_exists=True)
    op.create_table(
        "task_revisions",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name="fk_task_revisions_owner_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner_id", name="pk_task_revisions"),
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_table("task_revisions")
    op.drop_table("repeatable_requests")
    op.drop_table("changes")
