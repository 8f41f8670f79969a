"""Routes of /api/v1/tasks."""

import uuid
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from app.auth.deps import UserId
from app.core.deps import DatabaseDep, NowDep
from app.core.errors import problems
from app.tasks import bulk, service
from app.tasks.filters import TaskQuery
from app.tasks.schemas import BulkRequest, BulkResponse, TaskCreate, TaskOut, TaskPage, TaskPatch

router = APIRouter(prefix="/tasks", tags=["tasks"], responses=problems(HTTPStatus.UNAUTHORIZED))
NOT_FOUND = problems(HTTPStatus.NOT_FOUND)
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        pattern=r"^[\x21-\x7e]+$",
        description="repeat a request without fear",
    ),
]


@router.get("")
def list_tasks(
    user_id: UserId, database: DatabaseDep, now: NowDep, query: Annotated[TaskQuery, Query()]
) -> TaskPage:
    """A page of the tasks that match all of the given filters."""
    with database.read() as session:
        return service.list_tasks(session, user_id, query, now)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={200: {"model": TaskOut, "description": "The task that this Idempotency-Key made before"}},
)
def create_task(
    user_id: UserId,
    database: DatabaseDep,
    body: TaskCreate,
    request: Request,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> TaskOut:
    """Add a task."""
    with database.begin() as session:
        task, new = service.create_task(session, user_id, body, idempotency_key)
    response.status_code = HTTPStatus.CREATED if new else HTTPStatus.OK
    response.headers["Location"] = request.app.url_path_for("get_task", task_id=task.id)
    return task


@router.post("/bulk")
def bulk_tasks(user_id: UserId, database: DatabaseDep, now: NowDep, body: BulkRequest) -> BulkResponse:
    """One action on up to 100 tasks, all in one transaction."""
    with database.begin() as session:
        return bulk.run_bulk(session, user_id, body, now)


@router.get("/{task_id}", responses=NOT_FOUND)
def get_task(user_id: UserId, database: DatabaseDep, task_id: uuid.UUID) -> TaskOut:
    """One task that is not deleted."""
    with database.read() as session:
        return service.get_task(session, user_id, task_id)


@router.patch("/{task_id}", responses=problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT))
def patch_task(
    user_id: UserId, database: DatabaseDep, now: NowDep, task_id: uuid.UUID, patch: TaskPatch
) -> TaskOut:
    """Change the fields that are given."""
    with database.begin() as session:
        return service.patch_task(session, user_id, task_id, patch, now)


@router.delete("/{task_id}", status_code=HTTPStatus.NO_CONTENT, responses=NOT_FOUND)
def delete_task(user_id: UserId, database: DatabaseDep, now: NowDep, task_id: uuid.UUID) -> None:
    """Delete a task, so that it can still be restored."""
    with database.begin() as session:
        service.delete_task(session, user_id, task_id, now)


@router.post("/{task_id}/restore", responses=NOT_FOUND)
def restore_task(user_id: UserId, database: DatabaseDep, now: NowDep, task_id: uuid.UUID) -> TaskOut:
    """Bring a deleted task back."""
    with database.begin() as session:
        return service.restore_task(session, user_id, task_id, now)
