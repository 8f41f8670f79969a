"""Undo, and the revision that clients poll."""

import uuid
from http import HTTPStatus

from sqlmodel import Session, col, select

from app.core.errors import Problem, not_found
from app.tasks.changes.changeset import UNDO_WITHIN, ChangeSet, columns_of, digest
from app.tasks.changes.models import Change, TaskRevision
from app.tasks.changes.schemas import Revision, Undone
from app.tasks.models import Task
from app.tasks.schemas import TaskOut
from app.tasks.service import owned


def undo(session: Session, change_id: uuid.UUID, changes: ChangeSet) -> Undone:
    """Restore what was. Raises Problem: 404, 410 if it is too late, 409 if a task has been changed since."""
    mine = select(Change).where(Change.id == change_id, Change.owner_id == changes.owner_id)
    change = session.exec(mine).one_or_none()
    if change is None:
        raise not_found("change")
    if changes.at - change.made_at > UNDO_WITHIN:
        detail = "This change is too old to be undone."
        raise Problem(HTTPStatus.GONE, detail, kind="change-expired")
    ids = [uuid.UUID(entry["id"]) for entry in change.tasks]
    found = owned(changes.owner_id).where(col(Task.id).in_(ids)).order_by(col(Task.id)).with_for_update()
    tasks = {str(task.id): task for task in session.exec(found)}
    stale = [
        entry["id"]
        for entry in change.tasks
        if entry["id"] not in tasks or digest(tasks[entry["id"]]) != entry["after"]
    ]
    if stale:
        detail = "A task of this change has been changed since. Nothing was undone."
        raise Problem(HTTPStatus.CONFLICT, detail, kind="changed-since", extra={"ids": stale})
    for entry in change.tasks:
        changes.apply(tasks[entry["id"]], columns_of(entry["before"]))
    return Undone(
        tasks=[TaskOut.model_validate(tasks[entry["id"]]) for entry in change.tasks], change_id=None
    )


def revision(session: Session, owner_id: uuid.UUID) -> Revision:
    """The counter, and the newest change: code of the version before does not count."""
    counted = select(TaskRevision.revision).where(TaskRevision.owner_id == owner_id).scalar_subquery()
    newest = select(Task.updated_at).where(Task.owner_id == owner_id)
    newest = newest.order_by(col(Task.updated_at).desc(), col(Task.id).desc()).limit(1)
    number, at = session.exec(select(counted, newest.scalar_subquery())).one()
    return Revision(revision=f"{number or 0}-{at.timestamp() if at else 0}")
