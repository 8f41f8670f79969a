"""What the tools do: they call the same service functions as the REST routes, for the owner that the token names.

The model's arguments can't widen that: every id goes through a query of that owner's tasks, so the id of another
account's task is as unknown as an invented one.
"""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col

from app.changes.changeset import ChangeSet
from app.chat.tools.arguments import (
    Change,
    CompleteTasks,
    CreateTasks,
    DeleteTasks,
    ListTasks,
    RestoreTasks,
    UpdateTasks,
)
from app.core.errors import Problem
from app.tasks import bulk, service
from app.tasks.filters import TaskQuery
from app.tasks.models import Task
from app.tasks.schemas import BulkPatch, BulkRequest, TaskCreate, TaskOut, TaskPatch

_NOTES_FOR_MODEL = 200  # characters of each task's notes


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
    """What a tool did or found. `total` counts more than `tasks` when a list was cut."""

    tasks: list[TaskOut]
    total: int
    unknown: list[uuid.UUID] = field(default_factory=list)

    def for_model(self, zone: ZoneInfo) -> dict[str, Any]:
        told: dict[str, Any] = {"count": self.total, "tasks": [_brief(task, zone) for task in self.tasks]}
        if self.unknown:
            told["not_found"] = [str(task_id) for task_id in self.unknown]
        return told


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
    return Effect(page.items, page.pagination.total_count)


def update(scope: Scope, arguments: UpdateTasks) -> Effect:
    # All of them first, in the order of their ids: two such calls wait for each other instead of deadlocking.
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
    """The changed tasks by id; ids that do not exist are missing."""
    names = ("priority", "add_tags", "remove_tags")
    shared = {name: value for name in names if (value := getattr(change, name)) is not None}
    if change.due_at is not None or change.clear_due:
        shared |= due_fields(change.due_at, scope.zone)
    changed = {}
    if shared:
        request = BulkRequest(ids=change.ids, action="update", patch=BulkPatch(**shared))
        results = bulk.run_bulk(scope.session, scope.changes, request).results
        changed = {result.id: result.task for result in results if result.task}
    if own := {name: value for name in ("title", "notes") if (value := getattr(change, name)) is not None}:
        try:
            (task_id,) = change.ids
            changed[task_id] = service.patch_task(scope.session, scope.changes, task_id, TaskPatch(**own))
        except Problem as problem:
            if problem.status_code != 404:
                raise
    return changed


def due_fields(due: date | datetime | None, zone: ZoneInfo) -> dict[str, Any]:
    """In the API's three fields."""
    if isinstance(due, datetime):
        return {"due_on": None, "due_at": due, "due_zone": zone.key}
    return {"due_on": due, "due_at": None, "due_zone": None}


def _bulk(scope: Scope, ids: list[uuid.UUID], action: Any) -> Effect:
    ids = list(dict.fromkeys(ids))
    results = bulk.run_bulk(scope.session, scope.changes, BulkRequest(ids=ids, action=action)).results
    return _effect(ids, {result.id: result.task for result in results if result.task})


def _effect(ids: list[uuid.UUID], changed: dict[uuid.UUID, TaskOut]) -> Effect:
    tasks = [changed[task_id] for task_id in ids if task_id in changed]
    return Effect(tasks, len(tasks), [task_id for task_id in ids if task_id not in changed])


def _brief(task: TaskOut, zone: ZoneInfo) -> dict[str, Any]:
    """A task in few tokens: empty fields are omitted, times are in the user's zone."""
    told: dict[str, Any] = {"id": str(task.id), "title": task.title}
    if task.completed:
        told["completed"] = True
    if task.deleted_at:
        told["deleted"] = True
    if task.priority != "none":
        told["priority"] = task.priority
    if task.due_on:
        told["due"] = task.due_on.isoformat()
    if task.due_at:
        told["due"] = task.due_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
    if task.tags:
        told["tags"] = task.tags
    if task.notes:
        told["notes"] = task.notes[:_NOTES_FOR_MODEL]
    return told
