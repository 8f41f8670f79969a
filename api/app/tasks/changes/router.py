"""Route of /api/v1/changes."""

import uuid
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from app.auth.deps import UserId
from app.auth.limits import limit_writes
from app.core.deps import DatabaseDep, NowDep
from app.core.errors import problems
from app.tasks.changes import service
from app.tasks.changes.schemas import ChangedSince, Undone
from app.tasks.changes.writes import CHANGE_ID, IdempotencyKey, Repeatable, write

router = APIRouter(
    prefix="/changes",
    tags=["tasks"],
    responses=problems(HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS),
    dependencies=[Depends(limit_writes)],
)


@router.post(
    "/{change_id}/undo",
    summary="Undo a change",
    responses={
        **problems(HTTPStatus.NOT_FOUND, HTTPStatus.GONE),
        **problems(HTTPStatus.CONFLICT, model=ChangedSince),
        200: {"headers": CHANGE_ID},
    },
)
def undo_change(
    user_id: UserId,
    database: DatabaseDep,
    now: NowDep,
    change_id: Annotated[uuid.UUID, Path(description="The Change-Id of one of your requests")],
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Undone:
    """Restore all tasks of a change exactly as they were, within 60 minutes, unless one has been changed since."""
    written = write(
        database,
        user_id,
        now,
        lambda session, changes: service.undo(session, change_id, changes),
        Undone.model_validate,
        Repeatable.of(idempotency_key, "undo", change_id),
    )
    response.headers.update(written.headers)
    return written.result.model_copy(update={"change_id": written.change_id})
