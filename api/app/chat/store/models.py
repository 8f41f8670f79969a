"""Tables of the conversation: one row for each message with its answer, and one for each tool call of the answer."""

import uuid
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import DateTime, Index, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import AutoString, Field, SQLModel

from app.core.models import new_id, now

_TIME = DateTime(timezone=True)
TurnState = Literal["running", "done", "failed", "interrupted"]
StepState = Literal["done", "failed", "awaiting", "denied"]


class ChatTurn(SQLModel, table=True):
    """A message and its answer. While it runs, only `runner` may work on it until `lease_until`."""

    __tablename__ = "chat_turns"
    __table_args__ = (
        UniqueConstraint("owner_id", "client_message_id"),
        Index(None, "owner_id", "created_at"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    owner_id: uuid.UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    client_message_id: uuid.UUID
    message: str = Field(sa_type=Text)
    time_zone: str
    answer: str = Field(default="", sa_type=Text)
    state: TurnState = Field(default="running", sa_type=AutoString)
    runner: uuid.UUID | None = Field(default=None)
    lease_until: datetime | None = Field(default=None, sa_type=_TIME)
    usage: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    created_at: datetime = Field(default_factory=now, sa_type=_TIME)


class ChatStep(SQLModel, table=True):
    """A tool call and its outcome, written in the transaction that changed the tasks.

    So a replica that continues an interrupted answer knows what has been done. `result` is for the model, `event` for
    the user, `touched` are the tasks that were changed. `reasoning` is the model's own: it is sent back while the model
    works on the answer, and deleted afterwards.
    """

    __tablename__ = "chat_steps"
    __table_args__ = (UniqueConstraint("turn_id", "ordinal"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    turn_id: uuid.UUID = Field(foreign_key="chat_turns.id", ondelete="CASCADE")
    ordinal: int
    tool: str
    arguments: dict[str, Any] = Field(sa_type=JSONB)
    text: str = Field(default="", sa_type=Text)
    reasoning: str = Field(default="", sa_type=Text)
    state: StepState = Field(default="done", sa_type=AutoString)
    result: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    event: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    touched: list[uuid.UUID] = Field(default_factory=list, sa_type=ARRAY(Uuid))
    expires_at: datetime | None = Field(default=None, sa_type=_TIME)
