"""When a task is due: on a day, which is the same in every zone, or at an instant. From that to SQL conditions."""

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from sqlalchemy import ColumnElement, DateTime, Interval, and_, cast, func, literal, or_
from sqlmodel import col

from app.core.fields import DueDate, RequestModel
from app.core.zones import ZoneName, known_or_none, largest_offset
from app.tasks.models import Task

DueFilter = Literal["overdue", "today", "upcoming", "none"]
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _as_day(value: object) -> object:
    """A date of Python's own passes: it comes from this program, not from a request."""
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError("must be a day, such as 2026-12-24")


def in_calendar(value: date) -> date:
    """Raises ValueError at the calendar's ends, which have no room for another zone's offset."""
    if not 1 < value.year < 9999:
        raise ValueError("must lie between the years 2 and 9998")
    return value


DueDay = Annotated[date, BeforeValidator(_as_day), AfterValidator(in_calendar)]


class DueFields(RequestModel):
    """Setting `due_on` clears `due_at`, and the other way round."""

    due_on: DueDay | None = Field(None, description="a whole day, the same in every zone")
    due_at: DueDate | None = Field(None, description="an instant")
    due_zone: Annotated[ZoneName | None, AfterValidator(known_or_none)] = Field(
        None,
        description="the zone that `due_at` was meant in, by its IANA name; an unknown one counts as null",
    )

    @model_validator(mode="after")
    def _day_or_instant(self) -> Self:
        if self.due_on is not None and self.due_at is not None:
            raise ValueError("give `due_on` or `due_at`, not both")
        return self


def due_columns(fields: dict[str, Any], task: Task | None = None) -> dict[str, Any]:
    """The due columns that a request changes, by the fields that were sent. `task` is the one to change."""
    sent: dict[str, Any] = {name: fields[name] for name in ("due_on", "due_at", "due_zone") if name in fields}
    if sent.get("due_on") is not None:
        return sent | {"due_at": None, "due_zone": None}
    if sent.get("due_at") is not None:
        return sent | {"due_on": None}
    if "due_at" in sent or task is None or task.due_at is None:
        return sent | {"due_zone": None} if sent else {}
    return sent


class Day:
    """Today in a zone, and what is due before, on and after it."""

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self._today = now.astimezone(zone).date()
        self._begin = datetime.combine(self._today, time.min, zone)
        self._end = datetime.combine(self._today + timedelta(days=1), time.min, zone)
        self._offset = largest_offset(zone, now)

    @property
    def facts(self) -> tuple[date, timedelta]:
        """All that filters and orders take from the clock."""
        return self._today, self._offset

    def timed(self, due: DueFilter) -> ColumnElement[bool]:
        """Of tasks with an instant."""
        at = col(Task.due_at)
        if due == "overdue":
            return and_(at < self._begin, col(Task.completed_at).is_(None))
        if due == "today":
            return and_(at >= self._begin, at < self._end)
        return at >= self._end if due == "upcoming" else UNDATED

    def whole(self, due: DueFilter) -> ColumnElement[bool]:
        """Of tasks with a day."""
        on = col(Task.due_on)
        if due == "overdue":
            return and_(on < self._today, col(Task.completed_at).is_(None))
        if due == "today":
            return on == self._today
        return on > self._today if due == "upcoming" else UNDATED

    def any(self, due: DueFilter) -> ColumnElement[bool]:
        return UNDATED if due == "none" else or_(self.timed(due), self.whole(due))

    def end(self) -> ColumnElement[datetime]:
        """Of the whole day, in this zone: with the offset of daylight saving time, so that it is never in the next day.

        PostgreSQL's own `timezone` would raise an error for a zone that only Python knows.
        """
        end = cast(col(Task.due_on) + literal(1), DateTime(timezone=False))
        return func.timezone("UTC", end, type_=DateTime(timezone=True)) - literal(
            self._offset + timedelta(microseconds=1), Interval
        )

    def moment(self) -> ColumnElement[datetime]:
        """What tasks are ordered by."""
        return func.coalesce(col(Task.due_at), self.end())


TIMED = col(Task.due_at).is_not(None)
WHOLE = col(Task.due_on).is_not(None)
UNDATED = and_(col(Task.due_at).is_(None), col(Task.due_on).is_(None))
