"""The table of tasks. Tags are an array in the row, not tables: they have no property but their name."""

import uuid
from datetime import date, datetime
from typing import Any, ClassVar, Literal, get_args

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from app.core.models import new_id, now

MAX_TITLE, MAX_NOTES = 200, 10_000  # characters
MAX_TAGS, MAX_TAG = 20, 40  # tags of one task, characters of one tag
# An index entry holds at most 2,704 bytes, which the longest lists of tags exceed.
TAGS_IN_INDEX = 8
_TIME = DateTime(timezone=True)
Priority = Literal["none", "low", "medium", "high", "urgent"]
# The index is what the table holds, in rising order: sorting by priority is sorting by number.
PRIORITIES: tuple[Priority, ...] = get_args(Priority)


def _sorted_by(name: str, *columns: str, **options: Any) -> Index:
    """Serves one sort order in both directions: `columns` follow the owner.

    The last two columns let PostgreSQL skip completed and deleted tasks, or count them, within the index.
    """
    parts = [text(column) if " " in column or "(" in column else column for column in columns]
    return Index(f"ix_tasks_by_{name}", "owner_id", *parts, "completed_at", "deleted_at", **options)


_TIMED, _WHOLE = text("due_at IS NOT NULL"), text("due_on IS NOT NULL")
_UNDATED = text("due_at IS NULL AND due_on IS NULL")


class Task(SQLModel, table=True):
    """One task. `completed_at` and `deleted_at` say when; `version` grows by one with every change.

    It is due on a day (`due_on`) or at an instant (`due_at`, meant in the zone `due_zone` if that is known), or never.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("owner_id", "idempotency_key"),
        CheckConstraint(f"priority_rank BETWEEN 0 AND {len(PRIORITIES) - 1}", name="priority_rank"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint(f"char_length(title) BETWEEN 1 AND {MAX_TITLE}", name="title"),
        CheckConstraint(f"char_length(notes) <= {MAX_NOTES}", name="notes"),
        CheckConstraint(
            f"cardinality(tags) <= {MAX_TAGS}"
            f" AND char_length(array_to_string(tags, '')) <= {MAX_TAGS * MAX_TAG}",
            name="tags",
        ),
        # Filled by a trigger, and for conditions only: see revision 0008.
        Column("search", Text),
        CheckConstraint("search IS NOT NULL", name="search"),
        # A trigger clears one of them if code that knows only `due_at` sets both: see revision 0006.
        CheckConstraint("due_on IS NULL OR due_at IS NULL", name="due"),
        CheckConstraint("due_at IS NOT NULL OR due_zone IS NULL", name="due_zone"),
        _sorted_by("created_at", "created_at", "id"),
        _sorted_by("updated_at", "updated_at", "id"),
        # Three orders that the list merges: by instant, by day, and without a due date.
        _sorted_by("due_time", "due_at", "created_at DESC", "id DESC", postgresql_where=_TIMED),
        _sorted_by("due_day", "due_on", "created_at DESC", "id DESC", postgresql_where=_WHOLE),
        _sorted_by("undated", "created_at DESC", "id DESC", postgresql_where=_UNDATED),
        _sorted_by("priority_age", "priority_rank", "created_at", "id"),
        # PostgreSQL answers from an index on an expression alone only if the column is in it as well.
        _sorted_by("title", "lower(title)", "id", postgresql_include=["title"]),
        Index("ix_tasks_tags", "tags", postgresql_using="gin"),
        Index(
            "ix_tasks_tags_of_owner",
            "owner_id",
            "tags",
            postgresql_where=text(f"deleted_at IS NULL AND cardinality(tags) BETWEEN 1 AND {TAGS_IN_INDEX}"),
        ),
        Index(
            "ix_tasks_many_tags_of_owner",
            "owner_id",
            postgresql_where=text(f"deleted_at IS NULL AND cardinality(tags) > {TAGS_IN_INDEX}"),
        ),
    )

    __mapper_args__: ClassVar[Any] = {"exclude_properties": ["search"]}

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    owner_id: uuid.UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    title: str
    notes: str = Field(default="", sa_type=Text)
    priority_rank: int = Field(default=0, sa_type=SmallInteger)
    tags: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    due_on: date | None = Field(default=None, sa_type=Date)
    due_at: datetime | None = Field(default=None, sa_type=_TIME)
    due_zone: str | None = Field(default=None)
    completed_at: datetime | None = Field(default=None, sa_type=_TIME)
    created_at: datetime = Field(default_factory=now, sa_type=_TIME)
    updated_at: datetime = Field(default_factory=now, sa_type=_TIME)
    deleted_at: datetime | None = Field(default=None, sa_type=_TIME)
    version: int = Field(default=1)
    idempotency_key: str | None = Field(default=None)
    # Of the request that came with the key. Null in rows of versions that did not keep it.
    request_digest: bytes | None = Field(default=None, sa_type=LargeBinary)

    @property
    def completed(self) -> bool:
        return self.completed_at is not None

    @property
    def priority(self) -> Priority:
        return PRIORITIES[self.priority_rank]

    def change(self, columns: dict[str, Any], at: datetime) -> None:
        """Set what differs. Without a difference the version stays, so that no client's copy gets stale."""
        different = {name: value for name, value in columns.items() if getattr(self, name) != value}
        for name, value in different.items():
            setattr(self, name, value)
        if different:
            self.version += 1
            self.updated_at = at


SEARCHED = SQLModel.metadata.tables["tasks"].c.search
"""Title, tags and notes without accents and case. Compare it with `search_pattern` of a word."""
