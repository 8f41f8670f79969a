"""Bodies of the task routes."""

import uuid
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from app.core.errors import ProblemDetails
from app.core.fields import (
    COMPOSED,
    ONE_LINE,
    STORABLE,
    VISIBLE,
    JsonBool,
    JsonInt,
    RequestModel,
    ResponseModel,
    UtcDatetime,
)
from app.core.pagination import Pagination
from app.core.zones import ZoneName
from app.tasks.due import DueFields
from app.tasks.models import MAX_NOTES, MAX_TAG, MAX_TAGS, MAX_TITLE, Priority

_ONE_VISIBLE_LINE = (
    "Blanks at both ends are removed, then the length counts. At least one character must be visible."
    " Control characters and those that change the direction of text are refused."
)
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TITLE),
    VISIBLE,
    ONE_LINE,
    COMPOSED,
]
Notes = Annotated[str, Field(max_length=MAX_NOTES), STORABLE, COMPOSED]
Tag = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_lower=True, min_length=1, max_length=MAX_TAG),
    VISIBLE,
    COMPOSED,
]


def _distinct(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


Tags = Annotated[list[Tag], Field(max_length=MAX_TAGS), AfterValidator(_distinct)]
# The same with the rules in words, for the document; the assistant's tools do without them, which saves tokens.
TitleField = Annotated[
    Title, Field(description=f"One line: a tab or a line break becomes a blank. {_ONE_VISIBLE_LINE}")
]
NotesField = Annotated[Notes, Field(description="Kept as they are. NUL is refused.")]
TagsField = Annotated[Tags, Field(description=f"Lower case, each once. {_ONE_VISIBLE_LINE}")]


def _without_defaults(schema: dict[str, Any]) -> None:
    """An omitted field stays as it is, so the schema must not promise a default."""
    for field in schema["properties"].values():
        field.pop("default", None)


# The value of a field that was not sent; `exclude_unset` keeps it from being read. An explicit null is refused,
# unless the field's type allows it.
LEFT_OUT: Any = None


class PatchModel(RequestModel):
    """A partial change: only the fields that were sent count."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)


class TaskCreate(DueFields):
    title: TitleField
    notes: NotesField = ""
    priority: Priority = "none"
    tags: TagsField = Field(default_factory=list)


class TaskPatch(DueFields, PatchModel):
    """`version` is the one that the change is based on; if the task has changed since, the answer is 409."""

    title: TitleField = LEFT_OUT
    notes: NotesField = LEFT_OUT
    priority: Priority = LEFT_OUT
    tags: TagsField = LEFT_OUT
    add_tags: TagsField = LEFT_OUT
    remove_tags: TagsField = LEFT_OUT
    completed: JsonBool = LEFT_OUT
    version: JsonInt = LEFT_OUT

    @model_validator(mode="after")
    def _one_way_to_tags(self) -> Self:
        if "tags" in self.model_fields_set and self.model_fields_set & {"add_tags", "remove_tags"}:
            raise ValueError("give `tags`, or `add_tags` and `remove_tags`, not both")
        return self


class TaskOut(ResponseModel):
    id: uuid.UUID
    title: str
    notes: str
    completed: bool
    completed_at: UtcDatetime | None
    priority: Priority
    due_on: date | None = Field(description="the whole day on which it is due, in every zone")
    due_at: UtcDatetime | None = Field(description="the instant at which it is due")
    due_zone: ZoneName | None = Field(description="the zone that `due_at` was meant in, if known")
    tags: list[str]
    created_at: UtcDatetime
    updated_at: UtcDatetime
    deleted_at: UtcDatetime | None
    version: int


class StaleTask(ProblemDetails):
    """`current` is the task as it is now."""

    current: TaskOut


class TaskPage(ResponseModel):
    items: list[TaskOut]
    pagination: Pagination


class BulkPatch(DueFields, PatchModel):
    priority: Priority = LEFT_OUT
    add_tags: TagsField = LEFT_OUT
    remove_tags: TagsField = LEFT_OUT


class BulkRequest(RequestModel):
    ids: list[uuid.UUID] = Field(min_length=1, max_length=100)
    action: Literal["complete", "reopen", "delete", "restore", "update"]
    patch: BulkPatch | None = None

    @model_validator(mode="after")
    def _patch_with_update_only(self) -> Self:
        if (self.action == "update") != (self.patch is not None):
            raise ValueError("`patch` goes with the action `update`, and only with it")
        return self


class BulkResult(ResponseModel):
    id: uuid.UUID
    status: Literal["ok", "not_found"]
    task: TaskOut | None


class BulkResponse(ResponseModel):
    """One result for each id, in the order of the request."""

    results: list[BulkResult]
