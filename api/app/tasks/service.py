"""Operations on the tasks of one owner. Every query names the owner; see `owned`."""

import uuid
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.auth.service import account_gone
from app.core.errors import Problem, not_found
from app.core.pagination import Pagination
from app.tasks.filters import TaskQuery
from app.tasks.models import PRIORITIES, Task
from app.tasks.schemas import TaskCreate, TaskOut, TaskPage, TaskPatch


def list_tasks(session: Session, owner_id: uuid.UUID, query: TaskQuery, now: datetime) -> TaskPage:
    conditions = query.conditions(owner_id, now)
    # The count comes with the rows, which saves a round trip. Only a page past the end needs a query for it.
    counted = select(Task, func.count().over()).where(*conditions).order_by(*query.order())
    rows = session.exec(counted.offset(query.offset).limit(query.limit)).all()
    if rows or query.page == 1:
        total = rows[0][1] if rows else 0
    else:
        total = session.exec(select(func.count()).select_from(Task).where(*conditions)).one()
    items = [TaskOut.model_validate(task) for task, _ in rows]
    return TaskPage(items=items, pagination=Pagination.of(query, total))


def create_task(
    session: Session, owner_id: uuid.UUID, body: TaskCreate, idempotency_key: str | None
) -> tuple[TaskOut, bool]:
    """The task, and whether it is new: one key of one owner creates one task, even with concurrent requests."""
    row = Task(owner_id=owner_id, idempotency_key=idempotency_key, **as_columns(body.model_dump()))
    offer = insert(Task).values(row.model_dump())
    offer = offer.on_conflict_do_nothing(index_elements=["owner_id", "idempotency_key"])
    try:
        created = session.scalars(offer.returning(Task)).one_or_none()
    except IntegrityError:  # the only other constraint: the owner's account was deleted
        raise account_gone() from None
    if created is not None:
        return TaskOut.model_validate(created), True
    first = session.exec(owned(owner_id).where(col(Task.idempotency_key) == idempotency_key)).one()
    return TaskOut.model_validate(first), False


def get_task(session: Session, owner_id: uuid.UUID, task_id: uuid.UUID) -> TaskOut:
    task = session.exec(_live(owner_id).where(col(Task.id) == task_id)).one_or_none()
    if task is None:
        raise not_found("task")
    return TaskOut.model_validate(task)


def patch_task(
    session: Session, owner_id: uuid.UUID, task_id: uuid.UUID, patch: TaskPatch, now: datetime
) -> TaskOut:
    task = session.exec(_live(owner_id).where(col(Task.id) == task_id).with_for_update()).one_or_none()
    if task is None:
        raise not_found("task")
    changes = patch.model_dump(exclude_unset=True)
    if changes.pop("version", task.version) != task.version:
        detail = "The task has changed since you read it. Read it again and repeat your change."
        raise Problem(HTTPStatus.CONFLICT, detail, kind="stale-version")
    if "completed" in changes:
        changes["completed_at"] = (task.completed_at or now) if changes.pop("completed") else None
    task.change(as_columns(changes), now)
    return TaskOut.model_validate(task)


def delete_task(session: Session, owner_id: uuid.UUID, task_id: uuid.UUID, now: datetime) -> None:
    """Deleting twice is no error: a client that lost the first response may repeat the request."""
    task = _deleted_or_not(session, owner_id, task_id)
    task.change({"deleted_at": task.deleted_at or now}, now)


def restore_task(session: Session, owner_id: uuid.UUID, task_id: uuid.UUID, now: datetime) -> TaskOut:
    task = _deleted_or_not(session, owner_id, task_id)
    task.change({"deleted_at": None}, now)
    return TaskOut.model_validate(task)


def owned(owner_id: uuid.UUID) -> SelectOfScalar[Task]:
    return select(Task).where(col(Task.owner_id) == owner_id)


def as_columns(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields of a request under the table's column names."""
    if "priority" in fields:
        fields["priority_rank"] = PRIORITIES.index(fields.pop("priority"))
    return fields


def _live(owner_id: uuid.UUID) -> SelectOfScalar[Task]:
    return owned(owner_id).where(col(Task.deleted_at).is_(None))


def _deleted_or_not(session: Session, owner_id: uuid.UUID, task_id: uuid.UUID) -> Task:
    """The row, locked for change. Raises the 404 problem."""
    task = session.exec(owned(owner_id).where(col(Task.id) == task_id).with_for_update()).one_or_none()
    if task is None:
        raise not_found("task")
    return task
