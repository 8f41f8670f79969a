"""Days in a text: tomorrow, by friday, in two weeks, 24 dec 2027, 31.12., 24/12.

A year has four digits. A day without a year is the next one that exists, today included.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from . import words
from .place import Place, has_alternative, word_before

_FIRST = rf"(?P<first>(?:{words.WHOLE_WEEKDAY}|{words.SHORT_WEEKDAY})\.?,?\s+)?"
_YEAR = r"(?:,?\s+(?P<y>(?:19|20|21)[0-9]{2}))?"
_DATE = r"(?P<d>[0-9]{1,2})"
_ORDINAL = r"(?P<ord>st|nd|rd|th)"


@dataclass(frozen=True)
class Day:
    """`part`: of the day, if the words name it. `named`: a part may follow, as in "friday evening"."""

    on: date
    place: Place
    part: str | None = None
    named: bool = False


@dataclass(frozen=True)
class DayFound:
    start: int
    end: int
    value: Day


@dataclass(frozen=True)
class Context:
    today: date
    month_first: bool
    after: str
    """The word before the expression."""
    open: bool
    """Whether "or" or "to" follows."""


class Groups:
    """The parts of an expression by name; empty if they are missing."""

    def __init__(self, match: "re.Match[str]") -> None:
        self._all = match.groupdict()

    def __getitem__(self, name: str) -> str:
        return (self._all.get(name) or "").lower()

    def number(self, name: str) -> int:
        return int(self[name] or 0)

    def any(self, *names: str) -> bool:
        return any(self[name] for name in names)


_Reading = Callable[[Groups, Context], Day | None]


def find_days(text: str, today: date, *, month_first: bool) -> list[DayFound]:
    """Every day, wherever it stands."""
    found = []
    for pattern, reading in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            context = Context(today, month_first, word_before(text, start), has_alternative(text, end))
            if value := reading(Groups(match), context):
                found.append(DayFound(start, end, value))
    return found


def _placed(on: date | None, place: Place = "anywhere") -> Day | None:
    return Day(on, place) if on else None


def _named(groups: Groups, context: Context) -> Day:
    name = groups["name"]
    days = 0 if name in ("today", "tonight") else 2 if "after" in name else 1
    tonight = name == "tonight"
    on = context.today + timedelta(days=days)
    return Day(on, "anywhere", "night" if tonight else None, named=not tonight)


def _this_part(groups: Groups, context: Context) -> Day:
    return Day(context.today, "anywhere", groups["part"])


def _next_unit(groups: Groups, context: Context) -> Day | None:
    if groups["unit"] == "week":
        return _placed(_upcoming(context.today, 0))
    return _placed(_months_later(context.today, 1).replace(day=1))


def _weekend(_groups: Groups, context: Context) -> Day | None:
    return _placed(
        context.today if context.today.weekday() > 5 else _upcoming(context.today, 5, today_counts=True)
    )


def _end_of(groups: Groups, context: Context) -> Day | None:
    """Only with "by" or "at": the end of the week may be what the task is about."""
    if not groups.any("lead", "at"):
        return None
    if groups["unit"] == "week":
        return _placed(_upcoming(context.today, 4, today_counts=True))
    return _placed(context.today.replace(day=monthrange(context.today.year, context.today.month)[1]))


def _in_some(groups: Groups, context: Context) -> Day | None:
    count = words.NUMBERS.get(groups["n"]) or int(groups["n"])
    if count < 1 or context.open:
        return None
    if groups["unit"] in ("month", "year"):
        return _placed(_months_later(context.today, count * (12 if groups["unit"] == "year" else 1)))
    return _placed(context.today + timedelta(days=count * (7 if groups["unit"] == "week" else 1)))


def _on_weekday(groups: Groups, context: Context) -> Day:
    """ "friday" is the next one, never today; "this friday" may be today; "next friday" is the one of next week."""
    number = words.weekday_number(groups["whole"] or groups["short"])
    if groups["which"] == "next":
        on = _upcoming(context.today, 0) + timedelta(days=number)
    else:
        on = _upcoming(context.today, number, today_counts=groups["which"] == "this")
    marked = groups.any("lead", "which")
    if groups["whole"]:
        return Day(on, "anywhere" if marked else "edge", named=True)
    return Day(on, "beside" if groups["short"] in ("sat", "sun", "wed") and not marked else "end", named=True)


def _exact(groups: Groups, _context: Context) -> Day | None:
    return _placed(_calendar_day(groups.number("y"), groups.number("m"), groups.number("d")))


def _dotted(groups: Groups, context: Context) -> Day | None:
    if context.after in words.COUNTED:
        return None
    on = _dated(context.today, groups, groups.number("m"), groups.number("d"))
    return _placed(on, "anywhere" if groups.any("lead", "first", "y") else "edge")


def _slashed(groups: Groups, context: Context) -> Day | None:
    """In the user's order, unless only the other one is a day."""
    a, b = groups.number("a"), groups.number("b")
    introduced = re.search(r"on\s+$|due:?\s+$", groups["lead"]) or groups.any("first", "y")
    if context.after in words.COUNTED:
        return None
    if not introduced and words.FRACTION.fullmatch(f"{groups['a']}/{groups['b']}"):
        return None
    usual = _dated(context.today, groups, a, b)
    other = _dated(context.today, groups, b, a)
    on = (usual or other) if context.month_first else (other or usual)
    return _placed(on, "anywhere" if groups.any("lead", "first", "y") else "end")


def _in_month(groups: Groups, context: Context) -> Day | None:
    on = _dated(context.today, groups, words.month_number(groups["month"]), groups.number("d"))
    if groups.any("lead", "first", "ord", "of", "y"):
        return _placed(on)
    return _placed(on, "end" if groups["month"].rstrip(".") in ("jan", "mar", "march", "may") else "edge")


def _month_first(groups: Groups, context: Context) -> Day | None:
    on = _dated(context.today, groups, words.month_number(groups["month"]), groups.number("d"))
    if groups.any("lead", "first", "ord", "y"):
        return _placed(on)
    return _placed(on, "end" if groups["month"].rstrip(".") in words.MONTH_WORDS else "edge")


def _day_of_month(groups: Groups, context: Context) -> Day | None:
    """ "by the 24th", but not "on the 3rd floor"."""
    if not groups["lead"]:
        return None
    months = (_months_later(context.today.replace(day=1), ahead) for ahead in range(12))
    days = (_calendar_day(month.year, month.month, groups.number("d")) for month in months)
    return _placed(next((on for on in days if on and on >= context.today), None), "last")


def _dated(today: date, groups: Groups, month: int, day: int) -> date | None:
    """In the named year, else the next one; 29 February may be eight years away."""
    if groups["y"]:
        return _calendar_day(groups.number("y"), month, day)
    days = (_calendar_day(today.year + ahead, month, day) for ahead in range(9))
    return next((on for on in days if on and on >= today), None)


def _calendar_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1000 <= year <= 9998 else None
    except ValueError:
        return None


def _months_later(day: date, months: int) -> date:
    """31 January and one month is the last of February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _upcoming(today: date, number: int, *, today_counts: bool = False) -> date:
    """The next given weekday (0 is Monday), from tomorrow on, or from today on."""
    first = today if today_counts else today + timedelta(days=1)
    return first + timedelta(days=(number - first.weekday()) % 7)


_READINGS: tuple[tuple[str, _Reading], ...] = (
    (r"(?P<name>(?:the\s+)?day after tomorrow|today|tonight|tomorrow|tmrw|tmr)", _named),
    (r"this (?P<part>morning|afternoon|evening)", _this_part),
    (r"next (?P<unit>week|month)", _next_unit),
    (r"this weekend", _weekend),
    (r"(?P<at>at\s+)?(?:the\s+)?end of (?:the\s+|this\s+)?(?P<unit>week|month)", _end_of),
    (
        rf"in (?P<n>[0-9]{{1,3}}|{'|'.join(words.NUMBERS)}) (?P<unit>day|week|month|year)s?(?: time)?",
        _in_some,
    ),
    (
        rf"(?:(?P<which>this|next)\s+)?(?:(?P<whole>{words.WHOLE_WEEKDAY})|(?P<short>{words.SHORT_WEEKDAY}))",
        _on_weekday,
    ),
    (rf"{_FIRST}(?P<y>[0-9]{{4}})-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}})", _exact),
    (rf"{_FIRST}{_DATE}\.(?P<m>[0-9]{{1,2}})\.(?P<y>[0-9]{{4}})?", _dotted),
    (rf"{_FIRST}(?P<a>[0-9]{{1,2}})/(?P<b>[0-9]{{1,2}})(?:/(?P<y>[0-9]{{4}}))?", _slashed),
    (rf"{_FIRST}(?:the\s+)?{_DATE}{_ORDINAL}?\.?\s+(?P<of>of\s+)?(?P<month>{words.MONTH}){_YEAR}", _in_month),
    (rf"{_FIRST}(?P<month>{words.MONTH})\s+(?:the\s+)?{_DATE}{_ORDINAL}?{_YEAR}", _month_first),
    (rf"the {_DATE}{_ORDINAL}", _day_of_month),
)
_PATTERNS = [
    (re.compile(f"{words.BEFORE}{words.LEAD}(?:{each}){words.AFTER}", re.IGNORECASE), reading)
    for each, reading in _READINGS
]
