"""Finds English dates in a sentence and removes them from it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LEAD = r"(?:\b(?:due|by|on|at|for|to|until|till|before|this|next)\s+)*"
_DAY = re.compile(
    _LEAD + r"\b(?:(?P<name>today|tonight|day after tomorrow|tomorrow)"
    r"|(?P<week>next week)|(?P<end>(?:the )?end of (?:the |this )?week|weekend)"
    r"|(?P<weekday>" + "|".join(WEEKDAYS) + r"|mon|tues?|wed|thu(?:rs)?|fri|sat|sun)"
    r"|in (?P<number>\d+|an?|one|two|three|four) (?P<unit>day|week|month)s?"
    r"|(?P<iso>\d{4}-\d{2}-\d{2})"
    r"|(?P<day>\d{1,2})(?:st|nd|rd|th)?\.? (?:of )?(?P<month>" + "|".join(MONTHS) + r")[a-z]*"
    r"|(?P<month2>" + "|".join(MONTHS) + r")[a-z]* (?P<day2>\d{1,2})(?:st|nd|rd|th)?)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:at )?(?:(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))? ?(?P<half>am|pm)"
    r"|(?:at )?(?P<hour24>\d{1,2}):(?P<minute24>\d{2})|at (?P<full>\d{1,2})(?= o'?clock|$)|(?P<noon>noon))\b",
    re.IGNORECASE,
)
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4}


@dataclass(frozen=True)
class Found:
    """`due` as the API's tools take it: a day, or a day and a time."""

    due: str
    rest: str


def find(text: str, now: datetime) -> Found | None:
    """The first date, with its time if there is one, and the text without them."""
    match = _DAY.search(text)
    time = _TIME.search(text)
    clock = _clock(time) if time else None
    if match is None and clock is None:
        return None
    day = _day(match, now.date()) if match else now.date()
    if day is None:
        return None
    rest = text
    for cut in sorted((each for each in (match, time if clock else None) if each), key=lambda m: -m.start()):
        rest = rest[: cut.start()] + rest[cut.end() :]
    if clock is None and match and match["name"] == "tonight":
        clock = "20:00"
    return Found(f"{day.isoformat()}T{clock}" if clock else day.isoformat(), " ".join(rest.split()))


def _day(match: "re.Match[str]", today: date) -> date | None:
    if name := (match["name"] or "").lower():
        return today + timedelta(days={"tomorrow": 1, "day after tomorrow": 2}.get(name, 0))
    if match["week"]:
        return today + timedelta(days=7 - today.weekday())
    if end := match["end"]:
        return _next_weekday(today, 5 if end.lower() == "weekend" else 4)
    if weekday := (match["weekday"] or "").lower():
        return _next_weekday(today, next(i for i, day in enumerate(WEEKDAYS) if day.startswith(weekday[:3])))
    if match["number"]:
        number = _NUMBERS.get(match["number"].lower()) or int(match["number"])
        return today + timedelta(days=number * {"day": 1, "week": 7, "month": 30}[match["unit"].lower()])
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        month = MONTHS.index((match["month"] or match["month2"]).lower()[:3]) + 1
        found = date(today.year, month, int(match["day"] or match["day2"]))
        return found if found >= today else found.replace(year=today.year + 1)
    except ValueError:
        return None


def _next_weekday(today: date, weekday: int) -> date:
    """Never today, because a user who means today says "today"."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _clock(match: "re.Match[str]") -> str | None:
    if match["noon"]:
        return "12:00"
    hour = int(match["hour"] or match["hour24"] or match["full"])
    minute = int(match["minute"] or match["minute24"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"].lower() == "pm" else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None
