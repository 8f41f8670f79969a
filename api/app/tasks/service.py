"""Operations on the tasks of one owner. Every query names the owner; see `owned`."""

import hashlib
import json
import uuid
from datetime import datetime
from http import HTTPStatus
from typing import Any

from psycopg.errors import ForeignKeyViolation
from sqlalchemy import DateTime, cast, func, null, union_all
from sqlalchemy import select as core_select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.auth.service import account_gone
from app.core.errors import Problem, not_found
from app.core.etags import require_match
from app.core.pagination import Pagination
from app.tasks.changes.changeset import ChangeSet
from app.tasks.due import TIMED, UNDATED, WHOLE, due_columns
from app.tasks.filters import TaskQuery
from app.tasks.models import MAX_TAGS, PRIORITIES, Task
from app.tasks.schemas import TaskCreate, TaskOut, TaskPage, TaskPatch


def list_tasks(session: Session, owner_id: uuid.UUID, query: TaskQuery, now: datetime) -> TaskPage:
    """The ids come from an index alone, as far as the filters allow; only the rows of the page are read."""
    found = _found(owner_id, query, now).cte("found")
    seen = select(func.count()).select_from(found).scalar_subquery()
    page = col(Task.id).in_(select(found.c.id).limit(query.limit))
    rows = session.exec(select(Task, seen).where(page).order_by(*query.order(now))).all()
    items = [TaskOut.model_validate(task) for task, _ in rows]
    if rows or query.page == 1:
        return TaskPage(items=items, pagination=Pagination.of(query, rows[0][1] if rows else 0))
    first = query.model_copy(update={"page": 1})  # a page past the end: only the number is of interest
    in_all = session.exec(select(func.count()).select_from(_found(owner_id, first, now).subquery())).one()
    pagination = Pagination.of(first, in_all)
    return TaskPage(
        items=[], pagination=pagination.model_copy(update={"page": query.page, "has_next": False})
    )


def _found(owner_id: uuid.UUID, query: TaskQuery, now: datetime) -> SelectOfScalar[uuid.UUID]:
    """The ids of the page and of what is counted after it. Ordered, so that an index for the order is used."""
    if query.by_due:
        return _found_by_due(owner_id, query, now)
    matching = select(Task.id).where(*query.conditions(owner_id, now)).order_by(*query.order(now))
    return matching.offset(query.offset).limit(query.looked_at)


def _found_by_due(owner_id: uuid.UUID, query: TaskQuery, now: datetime) -> SelectOfScalar[uuid.UUID]:
    """Days and instants have an index each, because where a day begins depends on the zone: a merge of both."""
    day, falls = query.day(now), query.sort.startswith("-")
    newest = (col(Task.created_at).desc(), col(Task.id).desc())
    matching = query.conditions_but_due(owner_id)
    parts: list[Any] = []
    for kind, column, moment, due in (
        (TIMED, col(Task.due_at), col(Task.due_at), day.timed),
        (WHOLE, col(Task.due_on), day.end(), day.whole),
        (UNDATED, None, cast(null(), DateTime(timezone=True)), day.any),
    ):
        order = () if column is None else (column.desc() if falls else column.asc(),)
        part = core_select(col(Task.id), moment.label("moment"), col(Task.created_at)).where(*matching, kind)
        if query.due:
            part = part.where(due(query.due))
        part = part.order_by(*order, *newest).limit(query.offset + query.looked_at)
        parts.append(core_select(part.subquery()))
    merged = union_all(*parts).subquery()
    first = (merged.c.moment.desc() if falls else merged.c.moment.asc()).nulls_last()
    found = select(merged.c.id).order_by(first, merged.c.created_at.desc(), merged.c.id.desc())
    return found.offset(query.offset).limit(query.looked_at)


def create_task(
    session: Session, changes: ChangeSet, body: TaskCreate, idempotency_key: str | None
) -> tuple[TaskOut, bool]:
    """The task, and whether it is new: one key of one owner creates one task, even with concurrent requests.

    Raises Problem: 422 if the key came with another body before, 410 if its task has been deleted since.
    """
    digest = _digest(body) if idempotency_key else None
    columns = as_columns(body.model_dump())
    owner_id = changes.owner_id
    row = Task(owner_id=owner_id, idempotency_key=idempotency_key, request_digest=digest, **columns)
    offer = insert(Task).values(row.model_dump())
    offer = offer.on_conflict_do_nothing(index_elements=["owner_id", "idempotency_key"])
    try:
        created = session.scalars(offer.returning(Task)).one_or_none()
    except IntegrityError as error:
        if not isinstance(error.orig, ForeignKeyViolation):
            raise
        raise account_gone() from None  # the owner's account was deleted
    if created is not None:
        changes.created(created)
        return TaskOut.model_validate(created), True
    first = session.exec(owned(owner_id).where(col(Task.idempotency_key) == idempotency_key)).one()
    if first.request_digest not in (None, digest):
        detail = "This Idempotency-Key came with another body before. Use a new key for a new task."
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, kind="idempotency-key-reused")
    if first.deleted_at is not None:
        detail = "The task that this Idempotency-Key created has been deleted. Use a new key for a new task."
        raise Problem(HTTPStatus.GONE, detail, kind="task-deleted")
    return TaskOut.model_validate(first), False


def _digest(body: TaskCreate) -> bytes:
    """In the layout of the version before, whose pods may have answered the first request."""
    fields = body.model_dump(mode="json")
    names = ("title", "notes", "priority", "due_at", "tags")
    kept = {name: fields[name] for name in names} | {
        name: fields[name] for name in ("due_on", "due_zone") if fields[name] is not None
    }
    return hashlib.sha256(json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()).digest()


def get_task(session: Session, owner_id: uuid.UUID, task_id: uuid.UUID) -> TaskOut:
    task = session.exec(_live(owner_id).where(col(Task.id) == task_id)).one_or_none()
    if task is None:
        raise not_found("task")
    return TaskOut.model_validate(task)


def patch_task(
    session: Session,
    changes: ChangeSet,
    task_id: uuid.UUID,
    patch: TaskPatch,
    if_match: str | None = None,
) -> TaskOut:
    task = session.exec(
        _live(changes.owner_id).where(col(Task.id) == task_id).with_for_update()
    ).one_or_none()
    if task is None:
        raise not_found("task")
    require_match(if_match, task.version)
    fields = patch.model_dump(exclude_unset=True)
    if fields.pop("version", task.version) != task.version:
        detail = "The task has changed since you read it. Read it again and repeat your change."
        current = TaskOut.model_validate(task).model_dump(mode="json")
        raise Problem(HTTPStatus.CONFLICT, detail, kind="stale-version", extra={"current": current})
    if "completed" in fields:
        fields["completed_at"] = (task.completed_at or changes.at) if fields.pop("completed") else None
    changes.apply(task, as_columns(fields, task))
    return TaskOut.model_validate(task)


def delete_task(
    session: Session, changes: ChangeSet, task_id: uuid.UUID, if_match: str | None = None
) -> None:
    """Deleting twice is no error: a client that lost the first response may repeat the request."""
    task = _deleted_or_not(session, changes.owner_id, task_id)
    if task.deleted_at is None:
        require_match(if_match, task.version)
        changes.apply(task, {"deleted_at": changes.at})


def restore_task(
    session: Session, changes: ChangeSet, task_id: uuid.UUID, if_match: str | None = None
) -> TaskOut:
    """Restoring twice is no error either."""
    task = _deleted_or_not(session, changes.owner_id, task_id)
    if task.deleted_at is not None:
        require_match(if_match, task.version)
        changes.apply(task, {"deleted_at": None})
    return TaskOut.model_validate(task)


def owned(owner_id: uuid.UUID) -> SelectOfScalar[Task]:
    return select(Task).where(col(Task.owner_id) == owner_id)


def as_columns(fields: dict[str, Any], task: Task | None = None) -> dict[str, Any]:
    """Fields of a request under the table's column names. `task` is the one to change."""
    if "priority" in fields:
        fields["priority_rank"] = PRIORITIES.index(fields.pop("priority"))
    added, removed = fields.pop("add_tags", []), fields.pop("remove_tags", [])
    if task is not None and (added or removed):
        fields["tags"] = [tag for tag in dict.fromkeys([*task.tags, *added]) if tag not in removed]
        if len(fields["tags"]) > MAX_TAGS:
            detail = f"A task can carry at most {MAX_TAGS} tags; nothing was changed."
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    due = due_columns(fields, task)
    return {name: value for name, value in fields.items() if not name.startswith("due_")} | due


def _live(owner_id: uuid.UUID) -> SelectOfScalar[Task]:
    return owned(owner_id).where(col(Task.deleted_at).is_(None))


def _deleted_or_not(session: Session, owner_id: uuid.UUID, task_id: uuid.UUID) -> Task:
    """The row, locked for change. Raises the 404 problem."""
    task = session.exec(owned(owner_id).where(col(Task.id) == task_id).with_for_update()).one_or_none()
    if task is None:
        raise not_found("task")
    return task
