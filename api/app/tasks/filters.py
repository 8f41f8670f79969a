"""Which tasks a list contains, and in which order: from query parameters to SQL."""

import uuid
from datetime import datetime, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field
from sqlalchemy import ColumnElement, func
from sqlmodel import col

from app.core.fields import COMPOSED, STORABLE, QueryBool
from app.core.pagination import PageQuery
from app.core.zones import TimeZone
from app.tasks.due import Day, DueDay, DueFilter
from app.tasks.models import PRIORITIES, SEARCHED, Priority, Task
from app.tasks.schemas import Tag

SortKey = Literal[
    "created_at",
    "-created_at",
    "due_at",
    "-due_at",
    "priority",
    "-priority",
    "title",
    "-title",
    "updated_at",
    "-updated_at",
]

_SORT_COLUMNS: dict[str, Any] = {
    "created_at": col(Task.created_at),
    "priority": col(Task.priority_rank),
    "title": func.lower(col(Task.title)),
    "updated_at": col(Task.updated_at),
}


_SEARCH = (
    "Words that the title, the tags or the notes contain, in any order. Accents, case and Unicode form do not matter."
    " One or two letters are found at the beginning of a word, longer words anywhere."
)


class TaskQuery(PageQuery):
    """`due` counts days in the zone `tz`; overdue are open tasks that were due before today.

    By `due_at` a day's whole-day tasks come after its timed ones. Ties are ordered from new to old.
    """

    status: Literal["open", "completed", "all"] = "all"
    priority: list[Priority] = Field(
        default_factory=list, max_length=len(PRIORITIES), description="any of these"
    )
    tag: list[Tag] = Field(default_factory=list, max_length=20, description="all of these")
    q: Annotated[str, Field(max_length=200), STORABLE, COMPOSED] = Field("", description=_SEARCH)
    due: DueFilter | None = None
    completed_since: DueDay | None = Field(None, description="completed on this day or later")
    tz: TimeZone = "UTC"
    deleted: QueryBool = Field(False, description="true: only the deleted ones")
    sort: SortKey = "-created_at"

    def conditions(self, owner_id: uuid.UUID, now: datetime) -> list[ColumnElement[bool]]:
        """The WHERE clause, the owner included."""
        due = [self.day(now).any(self.due)] if self.due else []
        return [*self.conditions_but_due(owner_id), *due]

    def conditions_but_due(self, owner_id: uuid.UUID) -> list[ColumnElement[bool]]:
        deleted_at, completed_at = col(Task.deleted_at), col(Task.completed_at)
        found = [
            col(Task.owner_id) == owner_id,
            deleted_at.is_not(None) if self.deleted else deleted_at.is_(None),
        ]
        if self.status != "all":
            found.append(completed_at.is_(None) if self.status == "open" else completed_at.is_not(None))
        if self.completed_since:
            begin = datetime.combine(self.completed_since, time.min, ZoneInfo(self.tz))
            found.append(completed_at >= begin)
        if self.priority:
            found.append(col(Task.priority_rank).in_([PRIORITIES.index(name) for name in self.priority]))
        if self.tag:
            found.append(col(Task.tags).contains(self.tag))
        found += [SEARCHED.like(func.search_pattern(word)) for word in dict.fromkeys(self.q.split())]
        return found

    def day(self, now: datetime) -> Day:
        return Day(now, ZoneInfo(self.tz))

    @property
    def by_due(self) -> bool:
        return self.sort.endswith("due_at")

    def order(self, now: datetime) -> list[ColumnElement[Any]]:
        """ORDER BY. Tasks without a due date come last in both directions. The id makes the order total.

        Newer tasks come first where the order leaves it open, so that an added task is seen.
        """
        falls = self.sort.startswith("-")
        newest: list[ColumnElement[Any]] = [col(Task.created_at).desc(), col(Task.id).desc()]
        if self.by_due:
            moment = self.day(now).moment()
            return [(moment.desc() if falls else moment.asc()).nulls_last(), *newest]
        column = _SORT_COLUMNS[self.sort.removeprefix("-")]
        columns = [column, col(Task.id)]
        if self.sort.endswith("priority"):
            columns.insert(1, col(Task.created_at))
        return [each.desc() if falls else each.asc() for each in columns]
