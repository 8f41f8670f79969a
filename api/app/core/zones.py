"""Time zones by their IANA names, as browsers send them."""

from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

MAX_ZONE = 64  # characters
_NAME = Field(max_length=MAX_ZONE)


def is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, such as "America"
        return False
    return True


# Browsers that don't know their zone send "Etc/Unknown" or nothing: the list must be usable there too.
TimeZone = Annotated[
    str,
    Field(max_length=MAX_ZONE, description="IANA name, such as Europe/Berlin; an unknown one counts as UTC"),
    AfterValidator(lambda name: name if is_zone(name) else "UTC"),
]
"""Of a query or a message: there is always one."""
ZoneName = Annotated[str, _NAME]
"""Of an answer."""


def known_or_none(name: str | None) -> str | None:
    return name if name is not None and is_zone(name) else None


def largest_offset(zone: ZoneInfo, around: datetime) -> timedelta:
    """From UTC, within the year that begins at `around`: that of daylight saving time if the zone has it."""
    offsets = (zone.utcoffset(around + timedelta(days=days)) for days in (0, 91, 182, 273))
    return max(offset or timedelta() for offset in offsets)
