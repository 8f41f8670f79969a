"""Tables of changes, of requests that may be repeated, and of the counter that clients poll."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from app.core.models import new_id

_TIME = DateTime(timezone=True)


class Change(SQLModel, table=True):
    """`tasks` holds for each task its id, what its changed columns held before, and a digest of it afterwards."""

    __tablename__ = "changes"

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    owner_id: uuid.UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    tasks: list[dict[str, Any]] = Field(sa_type=JSONB)
    made_at: datetime = Field(sa_type=_TIME, index=True)


class RepeatableRequest(SQLModel, table=True):
    """A request that came with an Idempotency-Key, and its answer."""

    __tablename__ = "repeatable_requests"

    owner_id: uuid.UUID = Field(foreign_key="users.id", ondelete="CASCADE", primary_key=True)
    key: str = Field(primary_key=True)
    digest: bytes = Field(sa_type=LargeBinary)
    answer: Any = Field(default=None, sa_type=JSONB, nullable=True)
    change_id: uuid.UUID | None = Field(default=None)
    made_at: datetime = Field(sa_type=_TIME, index=True)


class TaskRevision(SQLModel, table=True):
    """Grows by one with every transaction that changes tasks of its owner."""

    __tablename__ = "task_revisions"

    owner_id: uuid.UUID = Field(foreign_key="users.id", ondelete="CASCADE", primary_key=True)
    revision: int = Field(sa_type=BigInteger)
