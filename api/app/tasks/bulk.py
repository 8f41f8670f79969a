"""One action on many tasks, in one transaction, with a result for each."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col

from app.tasks.changes.changeset import ChangeSet
from app.tasks.models import Task
from app.tasks.schemas import BulkRequest, BulkResponse, BulkResult, TaskOut
from app.tasks.service import as_columns, owned

Changes = dict[str, Any]


def run_bulk(session: Session, changes: ChangeSet, request: BulkRequest) -> BulkResponse:
    # Locked in the order of their ids, so that two bulk requests on the same tasks wait instead of deadlocking.
    found = (
        owned(changes.owner_id)
        .where(col(Task.id).in_(set(request.ids)))
        .order_by(col(Task.id))
        .with_for_update()
    )
    tasks = {task.id: task for task in session.exec(found) if _applies(request, task)}
    changes_for = _CHANGES[request.action]
    for task in tasks.values():
        changes.apply(task, changes_for(task, request, changes.at))
    return BulkResponse(results=[_result(task_id, tasks.get(task_id)) for task_id in request.ids])


def _applies(request: BulkRequest, task: Task) -> bool:
    """A deleted task can be deleted again or restored, and does not exist for any other action."""
    return task.deleted_at is None or request.action in ("delete", "restore")


def _result(task_id: uuid.UUID, task: Task | None) -> BulkResult:
    if task is None:
        return BulkResult(id=task_id, status="not_found", task=None)
    return BulkResult(id=task_id, status="ok", task=TaskOut.model_validate(task))


def _update(task: Task, request: BulkRequest, _now: datetime) -> Changes:
    fields = request.patch.model_dump(exclude_unset=True) if request.patch else {}
    return as_columns(fields, task)


_CHANGES: dict[str, Callable[[Task, BulkRequest, datetime], Changes]] = {
    "complete": lambda task, _, now: {"completed_at": task.completed_at or now},
    "reopen": lambda *_: {"completed_at": None},
    "delete": lambda task, _, now: {"deleted_at": task.deleted_at or now},
    "restore": lambda *_: {"deleted_at": None},
    "update": _update,
}
