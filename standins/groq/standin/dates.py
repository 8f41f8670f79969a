"""Which day and time of a text are a due date: the last ones that can't be words of the title.

The page's add field has the same grammar, and tests/dates/cases.json tests both.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from .days import DayFound, find_days
from .place import is_name, joined, kept_by_word, longest, overlap, stands
from .times import TimeFound, afternoon, find_times
from .words import AFTER, PARTS, repeats

_PART = re.compile(rf"\s+(?:in the\s+)?({'|'.join(PARTS)}){AFTER}", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*,?\s+")


@dataclass(frozen=True)
class Due:
    """`due` as the API's tools take it: a day, or a day and a time. `spans`: the words that name it."""

    due: str
    spans: list[tuple[int, int]]


@dataclass(frozen=True)
class Found:
    """The due date, and the text without it."""

    due: str
    rest: str


@dataclass(frozen=True)
class _Whole:
    """A day, with the part of the day and the time that stand beside it."""

    start: int
    end: int
    day: DayFound
    time: TimeFound | None
    part: str | None


def find(text: str, now: datetime) -> Found | None:
    found = find_due(text, now)
    if found is None:
        return None
    rest = text
    for start, end in sorted(found.spans, reverse=True):
        rest = rest[:start] + rest[end:]
    return Found(found.due, " ".join(rest.split()))


def split(text: str, now: datetime) -> tuple[str, Found | None]:
    """What to move, and to when: "the report to friday", "the report friday"."""
    for link in re.finditer(r"\s+(?:to|until|till|for|by|on)\s+", text, re.IGNORECASE):
        found = find(text[link.end() :], now)
        if found and not found.rest:
            return text[: link.start()].strip(), found
    found = find(text, now)
    return (found.rest if found else text), found


def moved(before: str | None, due: str) -> str:
    """Another day keeps the time of day that the task had."""
    if before and "T" in before and "T" not in due:
        return f"{due}T{before.partition('T')[2]}"
    return due


def find_due(text: str, now: datetime, *, month_first: bool = False) -> Due | None:
    """`now` is the user's calendar and clock. `month_first`: 12/24 is Christmas Eve."""
    if repeats(text):
        return None
    times = longest(find_times(text))
    ranges = joined(text, times)
    single = [time for time in times if time not in ranges and not kept_by_word(text, time.start)]
    days = longest(find_days(text, now.date(), month_first=month_first))
    wholes = [_with_time(text, day, single) for day in days]
    lists = joined(text, wholes)
    alone = [
        time
        for time in single
        if not any(overlap(time, whole) for whole in wholes)
        and stands(text, time.start, time.end, time.value.place)
    ]
    last = alone[-1] if alone else None
    if dates := [whole for whole in wholes if whole not in lists and _is_date(text, whole)]:
        return _due(dates[-1], last, now)
    if last is None or lists:
        return None
    today = last.value.time > f"{now:%H:%M}"
    on = now.date() if today else now.date() + timedelta(days=1)
    return Due(f"{on.isoformat()}T{last.value.time}", [(last.start, last.end)])


def _with_time(text: str, day: DayFound, times: list[TimeFound]) -> _Whole:
    part = _PART.match(text[day.end :]) if day.value.named else None
    end = day.end + (part.end() if part else 0)
    name = part[1] if part else None
    for time in times:
        if time.start > end and _BETWEEN.fullmatch(text[end : time.start]):
            return _Whole(day.start, time.end, day, time, name)
    for time in times:
        if time.end < day.start and _BETWEEN.fullmatch(text[time.end : day.start]):
            return _Whole(time.start, end, day, time, name)
    return _Whole(day.start, end, day, None, name)


def _is_date(text: str, whole: _Whole) -> bool:
    if kept_by_word(text, whole.start) or is_name(text, whole.day.start, whole.day.end):
        return False
    beside = whole.time is not None or whole.part is not None
    return beside or stands(text, whole.start, whole.end, whole.day.value.place)


def _due(whole: _Whole, elsewhere: TimeFound | None, now: datetime) -> Due:
    spans = [(whole.start, whole.end)]
    on = whole.day.value.on
    part = whole.part.lower() if whole.part else whole.day.value.part
    if found := whole.time or elsewhere:
        if not whole.time:
            spans.append((found.start, found.end))
        late = part not in (None, "morning") and found.value.half_open
        time = afternoon(found.value.time) if late else found.value.time
        return Due(f"{on.isoformat()}T{time}", spans)
    begins = PARTS[part] if part else None
    # An evening that has begun is no time to be late for.
    if begins is None or (on == now.date() and begins <= f"{now:%H:%M}"):
        return Due(on.isoformat(), spans)
    return Due(f"{on.isoformat()}T{begins}", spans)
