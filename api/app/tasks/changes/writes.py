"""One write: a transaction, its change set, and the answer that a repetition of the request gets."""

import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Header
from psycopg.errors import ForeignKeyViolation
from pydantic import BaseModel
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.auth.service import account_gone
from app.core.db.database import Database
from app.core.errors import Problem
from app.tasks.changes.changeset import ChangeSet, tidy
from app.tasks.changes.models import RepeatableRequest

KEPT = timedelta(days=7)  # a browser may be offline for a while before it repeats a request
T = TypeVar("T", bound=BaseModel | None)
CHANGE_ID = {
    "Change-Id": {
        "description": "what `POST /changes/{id}/undo` takes; absent if nothing changed",
        "schema": {"type": "string", "format": "uuid"},
    }
}
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        pattern=r"^[\x21-\x7e]+$",
        description="Any text of your own: the same request with the same key again changes nothing, and is answered"
        " as the first one was",
    ),
]


@dataclass(frozen=True)
class Repeatable:
    """What makes two requests the same one."""

    key: str
    digest: bytes

    @classmethod
    def of(cls, key: str | None, *parts: Any) -> "Repeatable | None":
        """`parts` are the request: method, path, body."""
        if key is None:
            return None
        plain = [
            part.model_dump(mode="json", exclude_unset=True) if isinstance(part, BaseModel) else str(part)
            for part in parts
        ]
        return cls(key, hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).digest())


@dataclass(frozen=True)
class Written(Generic[T]):
    """`change_id` is None if nothing changed."""

    result: T
    change_id: uuid.UUID | None

    @property
    def headers(self) -> dict[str, str]:
        return {"Change-Id": str(self.change_id)} if self.change_id else {}


def write(
    database: Database,
    owner_id: uuid.UUID,
    now: datetime,
    work: Callable[[Session, ChangeSet], T],
    answer: Callable[[Any], T],
    repeatable: Repeatable | None = None,
) -> Written[T]:
    """Do the work, or give the answer of the first time: `answer` makes it from its JSON.

    Raises Problem. Then nothing is written, so a repetition tries again.
    """
    with database.begin() as session:
        first = _first_time(session, owner_id, now, repeatable) if repeatable else None
        if first is not None:
            return Written(answer(first.answer), first.change_id)
        changes = ChangeSet(owner_id, now)
        result = work(session, changes)
        change_id = changes.save(session)
        if repeatable:
            row = session.get_one(RepeatableRequest, (owner_id, repeatable.key))
            row.answer = result.model_dump(mode="json") if result is not None else None
            row.change_id = change_id
            tidy(session, RepeatableRequest, now - KEPT)
    return Written(result, change_id)


def _first_time(
    session: Session, owner_id: uuid.UUID, now: datetime, repeatable: Repeatable
) -> RepeatableRequest | None:
    """The earlier request with this key; None if this is the first one. Concurrent ones wait for it."""
    offer = insert(RepeatableRequest).values(
        owner_id=owner_id, key=repeatable.key, digest=repeatable.digest, made_at=now
    )
    offer = offer.on_conflict_do_nothing(index_elements=["owner_id", "key"])
    try:
        if session.scalar(offer.returning(col(RepeatableRequest.key))) is not None:
            return None
    except IntegrityError as error:
        if not isinstance(error.orig, ForeignKeyViolation):
            raise
        raise account_gone() from None
    known = select(RepeatableRequest).where(
        RepeatableRequest.owner_id == owner_id, RepeatableRequest.key == repeatable.key
    )
    first = session.exec(known).one()
    if first.digest != repeatable.digest:
        detail = "This Idempotency-Key came with another request before. Use a new key for a new request."
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, kind="idempotency-key-reused")
    return first
