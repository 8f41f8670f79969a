"""The arguments of each tool. Lenient in form, because models are: a single item for a list, null for "omitted".

Validated with the user's time zone as context: {"zone": ZoneInfo}.
"""

import json
import uuid
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    model_validator,
)
from pydantic.json_schema import WithJsonSchema

from app.core.fields import STORABLE
from app.tasks.due import DueDay, in_calendar
from app.tasks.filters import SortKey
from app.tasks.models import Priority
from app.tasks.schemas import Notes, Tags, Title

DUE_FORMAT = "2026-11-27 for a whole day, or 2026-11-27T15:00"


def _due(value: object, info: ValidationInfo) -> date | datetime:
    """A day, or an instant in the user's zone.

    A model that writes 15:00Z for three o'clock has only copied the format of a timestamp. It receives times in the
    user's zone, without an offset, so it cannot have converted one. Z and +00:00 therefore mean the user's own time.
    Any other offset is deliberate, and counts.
    """
    zone = (info.context or {}).get("zone") or UTC
    try:
        if not isinstance(value, str):
            raise ValueError
        if len(value) == len("2026-11-27"):
            return in_calendar(date.fromisoformat(value))
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise ValueError(str(error) if "years" in str(error) else f"write {DUE_FORMAT}") from None
    in_calendar(moment.date())
    if moment.utcoffset():
        return moment.astimezone(zone)
    return moment.replace(tzinfo=zone)


def _listed(value: object) -> object:
    """A list from a single item, or from a list in a string."""
    if isinstance(value, str) and value.startswith("["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value if value is None or isinstance(value, list) else [value]


Due = Annotated[
    date | datetime,
    PlainValidator(_due),
    PlainSerializer(lambda due: due.isoformat(), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "description": DUE_FORMAT}),
]
Listed = BeforeValidator(_listed)
Ids = Annotated[list[uuid.UUID], Field(min_length=1, max_length=100), Listed]


class Arguments(BaseModel):
    """Extra fields are refused, so that the model learns that they have no effect."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _null_is_left_out(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: given for name, given in value.items() if given is not None}
        return value


class NewTask(Arguments):
    title: Title
    notes: Notes | None = None
    priority: Priority | None = None
    due_at: Due | None = None
    tags: Annotated[Tags, Listed] | None = None


class CreateTasks(Arguments):
    items: Annotated[list[NewTask], Field(min_length=1, max_length=20), Listed]


class ListTasks(Arguments):
    status: Literal["open", "completed", "all"] = "all"
    q: Annotated[str, Field(max_length=200, description="words in text or tags"), STORABLE] | None = None
    due: (
        Annotated[Literal["overdue", "today", "upcoming", "none"], Field(description="none: never")] | None
    ) = None
    priority: Annotated[list[Priority], Field(max_length=5, description="any of these"), Listed] | None = None
    tag: Annotated[Tags, Field(description="all of these"), Listed] | None = None
    deleted: Annotated[bool, Field(description="true: only deleted tasks")] = False
    sort: SortKey = "-created_at"
    completed_since: Annotated[DueDay, Field(description="completed then or later")] | None = None
    limit: Annotated[int, Field(ge=1, le=50)] = 50
    page: Annotated[int, Field(ge=1, le=1000)] = 1


class Change(Arguments):
    """What happens to some tasks; only the fields given are changed."""

    ids: Ids
    title: Annotated[Title, Field(description="for one id only")] | None = None
    notes: Annotated[Notes, Field(description="for one id only")] | None = None
    append_notes: Annotated[Notes, Field(description="a new last line")] | None = None
    priority: Priority | None = None
    due_at: Due | None = None
    whole_day: Annotated[bool, Field(description="true: without its time")] = False
    clear_due: Annotated[bool, Field(description="true: no due date")] = False
    add_tags: Annotated[Tags, Listed] | None = None
    remove_tags: Annotated[Tags, Listed] | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        given = {name for name in self.model_fields_set - {"ids"} if getattr(self, name) is not False}
        if not given:
            raise ValueError("give at least one field to change")
        if len(self.ids) > 1 and given & {"title", "notes"}:
            raise ValueError("title and notes go with one id only; give one change for each task")
        if self.notes is not None and self.append_notes is not None:
            raise ValueError("give notes or append_notes, not both")
        if self.clear_due and self.due_at:
            raise ValueError("give due_at or clear_due, not both")
        return self


class UpdateTasks(Arguments):
    changes: Annotated[list[Change], Field(min_length=1, max_length=50), Listed]

    @property
    def ids(self) -> list[uuid.UUID]:
        return list(dict.fromkeys(task_id for change in self.changes for task_id in change.ids))

    @property
    def replaces_text(self) -> bool:
        """The user's text would be lost, perhaps because a text inside a task demands it."""
        return any(change.title is not None or change.notes is not None for change in self.changes)

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if len(self.ids) > 100:
            raise ValueError("change at most 100 tasks in one call")
        return self


class CompleteTasks(Arguments):
    ids: Ids
    completed: Annotated[bool, Field(description="false: reopen them")] = True


class DeleteTasks(Arguments):
    ids: Ids


class RestoreTasks(Arguments):
    ids: Ids
