"""Routes of /api/v1/tasks."""

import uuid
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.auth.deps import UserId
from app.auth.limits import limit_writes
from app.core.deps import DatabaseDep, NowDep, SettingsDep
from app.core.errors import problems
from app.core.etags import IfMatch, IfNoneMatch, etag, is_current, weak_etag
from app.tasks import bulk, service
from app.tasks.changes import service as changed
from app.tasks.changes.changeset import ChangeSet, creation_of
from app.tasks.changes.schemas import Revision
from app.tasks.changes.writes import CHANGE_ID, IdempotencyKey, Repeatable, Written, write
from app.tasks.filters import TaskQuery
from app.tasks.schemas import BulkRequest, BulkResponse, StaleTask, TaskCreate, TaskOut, TaskPage, TaskPatch

router = APIRouter(
    prefix="/tasks",
    tags=["tasks"],
    responses=problems(HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS),
    dependencies=[Depends(limit_writes)],
)
TaskID = Annotated[uuid.UUID, Path(description="The id of one of your tasks")]
NOT_FOUND = problems(HTTPStatus.NOT_FOUND)
CHANGED = problems(HTTPStatus.NOT_FOUND, HTTPStatus.PRECONDITION_FAILED)
_ETAG = {"ETag": {"description": "an entity tag; of one task: its version", "schema": {"type": "string"}}}
_NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The client's copy is current", "headers": _ETAG}
}
_WRITTEN = {**_ETAG, **CHANGE_ID}


def _with_etag(status: HTTPStatus = HTTPStatus.OK) -> dict[int | str, dict[str, Any]]:
    return {int(status): {"headers": _WRITTEN}}


@router.get(
    "",
    summary="List tasks",
    responses={200: {"headers": _ETAG}, **_NOT_MODIFIED},
    response_model=TaskPage,
)
def list_tasks(
    user_id: UserId,
    database: DatabaseDep,
    settings: SettingsDep,
    now: NowDep,
    query: Annotated[TaskQuery, Query()],
    response: Response,
    if_none_match: IfNoneMatch = None,
) -> TaskPage | Response:
    """A page of the tasks that match all given filters."""
    with database.read() as session:
        # Read before the tasks: what changes in between is in the answer, and the next request asks again.
        revision = changed.revision(session, user_id).revision
        tag = weak_etag(settings.app_version, user_id, revision, query.day(now).facts)
        if is_current(if_none_match, tag):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
        response.headers["ETag"] = tag
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
            "headers": _WRITTEN,
        },
    },
)
def create_task(
    user_id: UserId,
    database: DatabaseDep,
    now: NowDep,
    body: TaskCreate,
    request: Request,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> TaskOut:
    """With an `Idempotency-Key`, a repeated request creates no second task.

    The same key with the same body returns the first task. With another body it is an error (422), and so it is
    (410) if the task has been deleted.
    """
    changes = ChangeSet(user_id, now)
    with database.begin() as session:
        task, new = service.create_task(session, changes, body, idempotency_key)
        changes.save(session, creation_of(task.id))
    response.headers["Change-Id"] = str(creation_of(task.id))
    response.status_code = HTTPStatus.CREATED if new else HTTPStatus.OK
    response.headers["Location"] = request.app.url_path_for("get_task", task_id=task.id)
    response.headers["ETag"] = etag(task.version)
    return task


@router.post("/bulk", summary="Change many tasks", responses={200: {"headers": CHANGE_ID}})
def bulk_tasks(
    user_id: UserId,
    database: DatabaseDep,
    now: NowDep,
    body: BulkRequest,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> BulkResponse:
    """One action on up to 100 tasks, in one transaction."""
    written = write(
        database,
        user_id,
        now,
        lambda session, changes: bulk.run_bulk(session, changes, body),
        BulkResponse.model_validate,
        Repeatable.of(idempotency_key, "bulk", body),
    )
    response.headers.update(written.headers)
    return written.result


@router.get("/revision", summary="Ask whether tasks have changed")
def read_revision(user_id: UserId, database: DatabaseDep) -> Revision:
    """Another value than before means that tasks have changed. Cheap enough to ask every few seconds."""
    with database.read() as session:
        return changed.revision(session, user_id)


@router.get(
    "/{task_id}",
    summary="Read a task",
    responses={
        **NOT_FOUND,
        **_with_etag(),
        **_NOT_MODIFIED,
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
    if is_current(if_none_match, headers["ETag"]):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    response.headers.update(headers)
    return task


@router.patch(
    "/{task_id}",
    summary="Change a task",
    responses={**CHANGED, **problems(HTTPStatus.CONFLICT, model=StaleTask), **_with_etag()},
)
def patch_task(
    user_id: UserId,
    database: DatabaseDep,
    now: NowDep,
    task_id: TaskID,
    patch: TaskPatch,
    response: Response,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> TaskOut:
    """Only the fields that are sent change."""
    written = write(
        database,
        user_id,
        now,
        lambda session, changes: service.patch_task(session, changes, task_id, patch, if_match),
        TaskOut.model_validate,
        Repeatable.of(idempotency_key, "patch", task_id, patch),
    )
    response.headers.update(written.headers | {"ETag": etag(written.result.version)})
    return written.result


@router.delete(
    "/{task_id}",
    summary="Delete a task",
    status_code=HTTPStatus.NO_CONTENT,
    responses={**CHANGED, 204: {"headers": CHANGE_ID}},
)
def delete_task(
    user_id: UserId,
    database: DatabaseDep,
    now: NowDep,
    task_id: TaskID,
    response: Response,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> None:
    """A deleted task can be restored. Deleting it again changes nothing."""
    written: Written[None] = write(
        database,
        user_id,
        now,
        lambda session, changes: service.delete_task(session, changes, task_id, if_match),
        lambda _: None,
        Repeatable.of(idempotency_key, "delete", task_id),
    )
    response.headers.update(written.headers)


@router.post("/{task_id}/restore", summary="Restore a task", responses={**CHANGED, **_with_etag()})
def restore_task(
    user_id: UserId,
    database: DatabaseDep,
    now: NowDep,
    task_id: TaskID,
    response: Response,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> TaskOut:
    """Bring a deleted task back. No error if it is not deleted."""
    written = write(
        database,
        user_id,
        now,
        lambda session, changes: service.restore_task(session, changes, task_id, if_match),
        TaskOut.model_validate,
        Repeatable.of(idempotency_key, "restore", task_id),
    )
    response.headers.update(written.headers | {"ETag": etag(written.result.version)})
    return written.result
