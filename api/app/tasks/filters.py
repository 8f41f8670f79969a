"""Which tasks a list contains, and in which order: from query parameters to SQL."""

import uuid
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field
from sqlalchemy import ColumnElement, func
from sqlmodel import col

from app.core.fields import STORABLE, QueryBool
from app.core.pagination import PageQuery
from app.tasks.models import PRIORITIES, Priority, Task
from app.tasks.schemas import Tag


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, such as "America"
        raise ValueError("must be an IANA time zone, such as Europe/Berlin") from None
    return value


TimeZone = Annotated[str, Field(max_length=64), AfterValidator(_known_zone)]
SortKey = Literal[
    "created_at", "-created_at", "due_at", "-due_at", "priority", "-priority",
    "title", "-title", "updated_at", "-updated_at",
]  # fmt: skip

_SORT_COLUMNS: dict[str, Any] = {
    "created_at": col(Task.created_at),
    "due_at": col(Task.due_at),
    "priority": col(Task.priority_rank),
    "title": func.lower(col(Task.title)),
    "updated_at": col(Task.updated_at),
}


class TaskQuery(PageQuery):
    """`due` counts days in the zone `tz`; overdue are open tasks that were due before today."""

    status: Literal["open", "completed", "all"] = "all"
    priority: list[Priority] = Field(
        default_factory=list, max_length=len(PRIORITIES), description="any of these"
    )
    tag: list[Tag] = Field(default_factory=list, max_length=20, description="all of these")
    q: Annotated[str, Field(max_length=200), STORABLE] = Field(
        "", description="text in title or notes, any case"
    )
    due: Literal["overdue", "today", "upcoming", "none"] | None = None
    tz: TimeZone = "UTC"
    deleted: QueryBool = Field(False, description="true: only the deleted ones")
    sort: SortKey = "-created_at"

    def conditions(self, owner_id: uuid.UUID, now: datetime) -> list[ColumnElement[bool]]:
        """The WHERE clause, the owner included."""
        deleted_at, completed_at = col(Task.deleted_at), col(Task.completed_at)
        found = [
            col(Task.owner_id) == owner_id,
            deleted_at.is_not(None) if self.deleted else deleted_at.is_(None),
        ]
        if self.status != "all":
            found.append(completed_at.is_(None) if self.status == "open" else completed_at.is_not(None))
        if self.priority:
            found.append(col(Task.priority_rank).in_([PRIORITIES.index(name) for name in self.priority]))
        if self.tag:
            found.append(col(Task.tags).contains(self.tag))
        if text := self.q.strip():
            found.append(
                col(Task.title).icontains(text, autoescape=True)
                | col(Task.notes).icontains(text, autoescape=True)
            )
        if self.due:
            found.append(self._due_condition(now))
        return found

    def _due_condition(self, now: datetime) -> ColumnElement[bool]:
        zone, due_at = ZoneInfo(self.tz), col(Task.due_at)
        date = now.astimezone(zone).date()
        today = datetime.combine(date, time.min, zone)
        tomorrow = datetime.combine(date + timedelta(days=1), time.min, zone)
        if self.due == "none":
            return due_at.is_(None)
        if self.due == "overdue":
            return (due_at < today) & col(Task.completed_at).is_(None)
        if self.due == "today":
            return (due_at >= today) & (due_at < tomorrow)
        return due_at >= tomorrow

    def order(self) -> list[ColumnElement[Any]]:
        """ORDER BY. Tasks without a due date come last in both directions. The id makes the order total.

        Each is the order of an index in `models`; NULLS LAST where it isn't needed would keep PostgreSQL from it.
        """
        column = _SORT_COLUMNS[self.sort.removeprefix("-")]
        if not self.sort.startswith("-"):
            return [column.asc(), col(Task.id).asc()]
        falling = column.desc().nulls_last() if self.sort == "-due_at" else column.desc()
        return [falling, col(Task.id).desc()]
