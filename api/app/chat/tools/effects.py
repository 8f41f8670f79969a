"""The tools' effects: they call the same service functions as the REST routes, for the owner in the token.

The model's arguments can't change the owner. Every id goes through a query of the owner's tasks, so the id of another
account's task is as unknown as an invented one.
"""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col

from app.chat.tools.arguments import (
    Change,
    CompleteTasks,
    CreateTasks,
    DeleteTasks,
    ListTasks,
    RestoreTasks,
    UpdateTasks,
)
from app.chat.tools.told import NOTES_FOR_MODEL, for_model
from app.core.errors import Problem
from app.core.zones import is_zone
from app.tasks import bulk, service
from app.tasks.changes.changeset import ChangeSet
from app.tasks.filters import TaskQuery
from app.tasks.models import MAX_NOTES, Task
from app.tasks.schemas import BulkRequest, TaskCreate, TaskOut, TaskPatch


@dataclass(frozen=True)
class Scope:
    """Whose tasks, in which transaction, and what "today" means."""

    session: Session
    owner_id: uuid.UUID
    now: datetime
    zone: ZoneInfo
    changes: ChangeSet


def scope_of(session: Session, owner_id: uuid.UUID, zone: ZoneInfo) -> Scope:
    now = datetime.now(UTC)
    return Scope(session, owner_id, now, zone, ChangeSet(owner_id, now))


@dataclass(frozen=True)
class Effect:
    """A tool's result. If `tasks` are one page, after `first` others, `total` is the number of all."""

    tasks: list[TaskOut]
    total: int
    unknown: list[uuid.UUID] = field(default_factory=list)

    exact: bool = True
    first: int = 0

    def for_model(self, zone: ZoneInfo) -> dict[str, Any]:
        return for_model(
            self.tasks, self.total, zone, unknown=self.unknown, exact=self.exact, first=self.first
        )


def create(scope: Scope, arguments: CreateTasks) -> Effect:
    created = []
    for item in arguments.items:
        fields = item.model_dump(exclude_none=True) | due_fields(item.due_at, scope.zone)
        body = TaskCreate.model_validate(fields)
        created.append(service.create_task(scope.session, scope.changes, body, None)[0])
    return Effect(created, len(created))


def find(scope: Scope, arguments: ListTasks) -> Effect:
    query = TaskQuery(tz=scope.zone.key, **arguments.model_dump(exclude_none=True))
    page = service.list_tasks(scope.session, scope.owner_id, query, scope.now)
    found = page.pagination
    return Effect(page.items, found.total_count, exact=found.total_is_exact, first=query.offset)


def update(scope: Scope, arguments: UpdateTasks) -> Effect:
    # Lock all of them first, in the order of their ids, so that two calls wait for each other instead of deadlocking.
    mine = service.owned(scope.owner_id).where(col(Task.id).in_(arguments.ids))
    scope.session.exec(mine.order_by(col(Task.id)).with_for_update()).all()
    changed: dict[uuid.UUID, TaskOut] = {}
    for change in arguments.changes:
        changed |= _change(scope, change)
    return _effect(arguments.ids, changed)


def complete(scope: Scope, arguments: CompleteTasks) -> Effect:
    return _bulk(scope, arguments.ids, "complete" if arguments.completed else "reopen")


def delete(scope: Scope, arguments: DeleteTasks) -> Effect:
    return _bulk(scope, arguments.ids, "delete")


def restore(scope: Scope, arguments: RestoreTasks) -> Effect:
    return _bulk(scope, arguments.ids, "restore")


def known(scope: Scope, ids: list[uuid.UUID], *, deleted: bool) -> list[TaskOut]:
    """The tasks among these ids that belong to the owner, in the order given."""
    state = col(Task.deleted_at).is_not(None) if deleted else col(Task.deleted_at).is_(None)
    found = scope.session.exec(service.owned(scope.owner_id).where(col(Task.id).in_(set(ids)), state))
    tasks = {task.id: TaskOut.model_validate(task) for task in found}
    return [tasks[task_id] for task_id in dict.fromkeys(ids) if task_id in tasks]


def _change(scope: Scope, change: Change) -> dict[uuid.UUID, TaskOut]:
    """The changed tasks by id, without ids that do not exist."""
    changed = {}
    mine = service.owned(scope.owner_id).where(col(Task.id).in_(change.ids), col(Task.deleted_at).is_(None))
    for task in scope.session.exec(mine.order_by(col(Task.id))).all():
        patch = TaskPatch.model_validate(_patch(scope, change, task))
        changed[task.id] = service.patch_task(scope.session, scope.changes, task.id, patch)
    return changed


def _patch(scope: Scope, change: Change, task: Task) -> dict[str, Any]:
    names = ("title", "notes", "priority", "add_tags", "remove_tags")
    patch = {name: value for name in names if (value := getattr(change, name)) is not None}
    if change.notes is not None and len(task.notes) > NOTES_FOR_MODEL:
        detail = (
            "These notes were shown only in part, so they can't be replaced. Use append_notes, or leave them."
        )
        raise Problem(HTTPStatus.CONFLICT, detail, kind="notes-cut")
    if change.append_notes is not None:
        patch["notes"] = f"{task.notes}\n{change.append_notes}" if task.notes else change.append_notes
        if len(patch["notes"]) > MAX_NOTES:
            detail = f"Notes can hold {MAX_NOTES} characters; with this line they would be longer."
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    if change.clear_due:
        return patch | due_fields(None, scope.zone)
    if change.due_at is not None:
        return patch | due_fields(_moved(change, task, scope.zone), scope.zone)
    if change.whole_day and task.due_at:
        return patch | due_fields(task.due_at.astimezone(_zone_of(task, scope.zone)).date(), scope.zone)
    return patch


def _moved(change: Change, task: Task, zone: ZoneInfo) -> date | datetime:
    """Moved to another day, a task keeps its time of day, in its own zone."""
    due = change.due_at
    assert due is not None  # noqa: S101 - the caller has checked it
    if isinstance(due, datetime) or task.due_at is None:
        return due
    if change.whole_day:
        return due
    there = _zone_of(task, zone)
    return datetime.combine(due, task.due_at.astimezone(there).time(), there)


def _zone_of(task: Task, zone: ZoneInfo) -> ZoneInfo:
    return ZoneInfo(task.due_zone) if task.due_zone and is_zone(task.due_zone) else zone


def due_fields(due: date | datetime | None, zone: ZoneInfo) -> dict[str, Any]:
    """The due date in the API's three fields."""
    if isinstance(due, datetime):
        return {"due_on": None, "due_at": due, "due_zone": getattr(due.tzinfo, "key", zone.key)}
    return {"due_on": due, "due_at": None, "due_zone": None}


def _bulk(scope: Scope, ids: list[uuid.UUID], action: Any) -> Effect:
    ids = list(dict.fromkeys(ids))
    results = bulk.run_bulk(scope.session, scope.changes, BulkRequest(ids=ids, action=action)).results
    return _effect(ids, {result.id: result.task for result in results if result.task})


def _effect(ids: list[uuid.UUID], changed: dict[uuid.UUID, TaskOut]) -> Effect:
    tasks = [changed[task_id] for task_id in ids if task_id in changed]
    return Effect(tasks, len(tasks), [task_id for task_id in ids if task_id not in changed])
