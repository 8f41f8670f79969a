"""One change set: records what a transaction does to tasks, so that it can be undone exactly.

A task may be undone if it is what the change left behind, by content. So after an undo the change before it can be
undone as well, and a change by code of the version before, which records nothing, is never overwritten.
"""

import hashlib
import json
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from app.core.models import new_id
from app.tasks.changes.models import Change, TaskRevision
from app.tasks.models import Task

UNDO_WITHIN = timedelta(minutes=60)
KEPT = timedelta(hours=24)  # then the answer is 404 instead of 410
_TIDIED_AT_ONCE = 50
_CONTENT = (
    *("title", "notes", "priority_rank", "tags", "due_on", "due_at", "due_zone"),
    *("completed_at", "deleted_at"),
)
_TYPES: dict[str, Any] = {
    "due_on": date,
    "due_at": datetime,
    "completed_at": datetime,
    "deleted_at": datetime,
}


def digest(task: Task) -> str:
    """Of all that a user can change."""
    content = json.dumps([_plain(getattr(task, name)) for name in _CONTENT])
    return hashlib.sha256(content.encode()).hexdigest()


class ChangeSet:
    """Of one owner, at one time, in one transaction.

    Call `save` last: it locks a row that all writes of the owner share.
    """

    def __init__(self, owner_id: uuid.UUID, at: datetime) -> None:
        self.owner_id = owner_id
        self.at = at
        self._before: dict[uuid.UUID, dict[str, Any]] = {}
        self._tasks: dict[uuid.UUID, Task] = {}

    def apply(self, task: Task, columns: dict[str, Any]) -> None:
        """Set what differs."""
        old = {name: getattr(task, name) for name, value in columns.items() if getattr(task, name) != value}
        task.change(columns, self.at)
        if old:
            self._tasks[task.id] = task
            # The first value counts: a task may be changed twice.
            self._before[task.id] = {name: _plain(value) for name, value in old.items()} | self._before.get(
                task.id, {}
            )

    def created(self, task: Task) -> None:
        """To undo it is to delete the task."""
        self._tasks[task.id] = task
        self._before[task.id] = {"deleted_at": _plain(self.at)}

    def save(self, session: Session, change_id: uuid.UUID | None = None) -> uuid.UUID | None:
        """The id of the change, or None if nothing changed. Without `change_id` it is a new one."""
        if not self._tasks:
            return None
        session.flush()
        change = Change(
            id=change_id or new_id(),
            owner_id=self.owner_id,
            made_at=self.at,
            tasks=[
                {"id": str(task_id), "before": self._before[task_id], "after": digest(task)}
                for task_id, task in self._tasks.items()
            ],
        )
        session.add(change)
        session.flush()
        tidy(session, Change, self.at - KEPT)
        first = insert(TaskRevision).values(owner_id=self.owner_id, revision=1)
        session.execute(
            first.on_conflict_do_update(
                index_elements=["owner_id"], set_={"revision": col(TaskRevision.revision) + 1}
            )
        )
        return change.id


def creation_of(task_id: uuid.UUID) -> uuid.UUID:
    """The id of the change that created this task by a request of its own: a repetition can answer with it."""
    return uuid.uuid5(task_id, "creation")


def columns_of(before: dict[str, Any]) -> dict[str, Any]:
    """From JSON."""
    return {
        name: _TYPES[name].fromisoformat(value) if name in _TYPES and value is not None else value
        for name, value in before.items()
    }


def tidy(session: Session, table: Any, until: datetime) -> None:
    """Delete some of the rows made before then. Skips locked ones, so that no transaction waits for another."""
    keys = list(table.__table__.primary_key.columns)
    old = select(*keys).where(table.made_at < until).limit(_TIDIED_AT_ONCE).with_for_update(skip_locked=True)
    session.execute(delete(table).where(tuple_(*keys).in_(old)).execution_options(synchronize_session=False))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
