"""Bodies of the undo route and of the revision."""

import uuid

from app.core.errors import ProblemDetails
from app.core.fields import ResponseModel
from app.tasks.schemas import TaskOut


class Undone(ResponseModel):
    """The tasks as they were before. To undo `change_id` is to redo the change; null if nothing differed."""

    tasks: list[TaskOut]
    change_id: uuid.UUID | None


class Revision(ResponseModel):
    """Opaque. Another value means that tasks have changed."""

    revision: str


class ChangedSince(ProblemDetails):
    """`ids`: the tasks that have been changed since."""

    ids: list[uuid.UUID]
