"""The table of tasks. Tags are an array in the row, not tables: they have no property but their name."""

import uuid
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import DateTime, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from app.core.models import new_id, now

_TIME = DateTime(timezone=True)
Priority = Literal["none", "low", "medium", "high", "urgent"]
# The index is what the table holds, in rising order: sorting by priority is sorting by number.
PRIORITIES: tuple[Priority, ...] = get_args(Priority)


class Task(SQLModel, table=True):
    """One task. `completed_at` and `deleted_at` say when; `version` grows by one with every change."""

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("owner_id", "idempotency_key"),
        Index(None, "owner_id", "created_at", "id"),
        Index(None, "owner_id", "due_at", "id"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    owner_id: uuid.UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    title: str
    notes: str = Field(default="", sa_type=Text)
    priority_rank: int = Field(default=0, sa_type=SmallInteger)
    tags: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    due_at: datetime | None = Field(default=None, sa_type=_TIME)
    completed_at: datetime | None = Field(default=None, sa_type=_TIME)
    created_at: datetime = Field(default_factory=now, sa_type=_TIME)
    updated_at: datetime = Field(default_factory=now, sa_type=_TIME)
    deleted_at: datetime | None = Field(default=None, sa_type=_TIME)
    version: int = Field(default=1)
    idempotency_key: str | None = Field(default=None)

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
