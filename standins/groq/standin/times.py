"""Times of day in a text: 5pm, 17:30, at 7, at noon."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from .place import Place, word_before
from .words import AFTER, BEFORE, VERSES

_AT = r"(?P<at>(?:due:?\s+)?(?:at|by|@)\s+|due:?\s+)?"
_HOUR = r"(?P<hour>[0-9]{1,2})"
_WORDS = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_AIMS = ("look", "looking", "laugh", "laughing", "aim", "stop")


@dataclass(frozen=True)
class Time:
    """`half_open`: before noon by the number alone, so "tonight at 8" is 20:00."""

    time: str
    place: Place
    half_open: bool = False


@dataclass(frozen=True)
class TimeFound:
    start: int
    end: int
    value: Time


_Reading = Callable[[dict[str, str | None], str], Time | None]


def find_times(text: str) -> list[TimeFound]:
    """Every time, wherever it stands."""
    found = []
    for pattern, reading in _PATTERNS:
        for match in pattern.finditer(text):
            if value := reading(match.groupdict(), word_before(text, match.start())):
                found.append(TimeFound(match.start(), match.end(), value))
    return found


def afternoon(time: str) -> str:
    """The same time in the second half of the day."""
    return f"{int(time[:2]) + 12}{time[2:]}"


def _of_twelve(groups: dict[str, str | None], _before: str) -> Time | None:
    hour = int(groups["hour"] or 0)
    if not 1 <= hour <= 12:
        return None
    later = 12 if (groups["half"] or "").lower().startswith("p") else 0
    time = _clock(hour % 12 + later, int(groups["minute"] or 0))
    return Time(time, "anywhere" if groups["at"] else "edge") if time else None


def _of_twenty_four(groups: dict[str, str | None], before: str) -> Time | None:
    """Not "John 3:16", which names a verse."""
    hour = int(groups["hour"] or 0)
    time = _clock(hour, int(groups["minute"] or 0))
    if not time or (not groups["at"] and before in VERSES):
        return None
    return Time(time, "anywhere" if groups["at"] else "beside", 1 <= hour < 12)


def _named(groups: dict[str, str | None], _before: str) -> Time:
    return Time(_WORDS[(groups["word"] or "").lower()], "anywhere" if groups["at"] else "beside")


def _hour_only(groups: dict[str, str | None], before: str) -> Time | None:
    hour = int(groups["hour"] or 0)
    time = _clock(hour, 0)
    if not time or hour < 1 or before in _AIMS:
        return None
    return Time(time, "anywhere" if groups["clock"] else "last", hour < 12)


def _clock(hours: int, minutes: int) -> str | None:
    return f"{hours:02}:{minutes:02}" if hours < 24 and minutes < 60 else None


_READINGS: tuple[tuple[str, _Reading], ...] = (
    (rf"{_AT}{_HOUR}(?:[:.](?P<minute>[0-9]{{2}}))?\s?(?P<half>am|pm|a\.m\.?|p\.m\.?)", _of_twelve),
    (rf"{_AT}{_HOUR}:(?P<minute>[0-9]{{2}})", _of_twenty_four),
    (rf"{_AT}(?P<word>noon|midday|midnight)", _named),
    (rf"(?:due:?\s+)?(?:at|@)\s+{_HOUR}(?P<clock>\s+o['\u2019]clock)?", _hour_only),
)
_PATTERNS = [(re.compile(f"{BEFORE}{each}{AFTER}", re.IGNORECASE), reading) for each, reading in _READINGS]
