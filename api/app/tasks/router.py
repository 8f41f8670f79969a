"""Routes of /api/v1/tasks."""

import uuid
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from app.auth.deps import UserId
from app.core.deps import DatabaseDep, NowDep
from app.core.errors import problems
from app.core.etags import IfMatch, IfNoneMatch, etag, is_current
from app.limits.deps import limit_writes
from app.tasks import bulk, service
from app.tasks.filters import TaskQuery
from app.tasks.schemas import BulkRequest, BulkResponse, TaskCreate, TaskOut, TaskPage, TaskPatch

router = APIRouter(
    prefix="/tasks",
    tags=["tasks"],
    responses=problems(HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS),
    dependencies=[Depends(limit_writes)],
)
TaskID = Annotated[uuid.UUID, Path(description="The id of one of your tasks")]
NOT_FOUND = problems(HTTPStatus.NOT_FOUND)
CHANGED = problems(HTTPStatus.NOT_FOUND, HTTPStatus.PRECONDITION_FAILED)
_ETAG = {"ETag": {"description": "the version as an entity tag", "schema": {"type": "string"}}}


def _with_etag(status: HTTPStatus = HTTPStatus.OK) -> dict[int | str, dict[str, Any]]:
    return {int(status): {"headers": _ETAG}}


IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        pattern=r"^[\x21-\x7e]+$",
        description="Any text of your own: the same key and body again return the first task and create no second one",
    ),
]


@router.get("", summary="List tasks")
def list_tasks(
    user_id: UserId, database: DatabaseDep, now: NowDep, query: Annotated[TaskQuery, Query()]
) -> TaskPage:
    """A page of the tasks that match all given filters."""
    with database.read() as session:
        return service.list_tasks(session, user_id, query, now)


@router.post(
    "",
    summary="Create a task",
    status_code=HTTPStatus.CREATED,
    responses={
        **_with_etag(HTTPStatus.CREATED),
        **problems(HTTPStatus.GONE),
        200: {
            "model": TaskOut,
            "description": "The task that this Idempotency-Key created before",
            "headers": _ETAG,
        },
    },
)
def create_task(
    user_id: UserId,
    database: DatabaseDep,
    body: TaskCreate,
    request: Request,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> TaskOut:
    """With an `Idempotency-Key`, a repeated request creates no second task.

    The same key with the same body returns the first task. With another body it is an error (422), and so it is
    (410) if the task has been deleted.
    """
    with database.begin() as session:
        task, new = service.create_task(session, user_id, body, idempotency_key)
    response.status_code = HTTPStatus.CREATED if new else HTTPStatus.OK
    response.headers["Location"] = request.app.url_path_for("get_task", task_id=task.id)
    response.headers["ETag"] = etag(task.version)
    return task


@router.post("/bulk", summary="Change many tasks")
def bulk_tasks(user_id: UserId, database: DatabaseDep, now: NowDep, body: BulkRequest) -> BulkResponse:
    """One action on up to 100 tasks, in one transaction."""
    with database.begin() as session:
        return bulk.run_bulk(session, user_id, body, now)


@router.get(
    "/{task_id}",
    summary="Read a task",
    responses={
        **NOT_FOUND,
        **_with_etag(),
        304: {"description": "The client's copy is current", "headers": _ETAG},
    },
    response_model=TaskOut,
)
def get_task(
    user_id: UserId,
    database: DatabaseDep,
    task_id: TaskID,
    response: Response,
    if_none_match: IfNoneMatch = None,
) -> TaskOut | Response:
    """404 for a deleted task, too."""
    with database.read() as session:
        task = service.get_task(session, user_id, task_id)
    headers = {"ETag": etag(task.version)}
    if is_current(if_none_match, task.version):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    response.headers.update(headers)
    return task


@router.patch(
    "/{task_id}",
    summary="Change a task",
    responses={**CHANGED, **problems(HTTPStatus.CONFLICT), **_with_etag()},
)
def patch_task(
    user_id: UserId,
    database: DatabaseDep,
    now: NowDep,
    task_id: TaskID,
    patch: TaskPatch,
    response: Response,
    if_match: IfMatch = None,
) -> TaskOut:
    """Only the fields that are sent change."""
    with database.begin() as session:
        task = service.patch_task(session, user_id, task_id, patch, now, if_match)
    response.headers["ETag"] = etag(task.version)
    return task


@router.delete("/{task_id}", summary="Delete a task", status_code=HTTPStatus.NO_CONTENT, responses=CHANGED)
def delete_task(
    user_id: UserId, database: DatabaseDep, now: NowDep, task_id: TaskID, if_match: IfMatch = None
) -> None:
    """A deleted task can be restored. Deleting it again changes nothing."""
    with database.begin() as session:
        service.delete_task(session, user_id, task_id, now, if_match)


@router.post("/{task_id}/restore", summary="Restore a task", responses={**CHANGED, **_with_etag()})
def restore_task(
    user_id: UserId,
    database: DatabaseDep,
    now: NowDep,
    task_id: TaskID,
    response: Response,
    if_match: IfMatch = None,
) -> TaskOut:
    """Bring a deleted task back. No error if it is not deleted."""
    with database.begin() as session:
        task = service.restore_task(session, user_id, task_id, now, if_match)
    response.headers["ETag"] = etag(task.version)
    return task
