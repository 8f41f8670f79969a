"""Field types that several domains share.

JSON has types: a number is no date and "yes" is no boolean, so bodies are not converted. Query parameters are
text, and take the one spelling that the document names.
"""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Strict,
)

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_LINE_BREAKS = re.compile("[\t\n\v\f\r\x85\u2028\u2029]+")
# Control characters, and those that turn the direction of the text around them.
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# What Unicode counts as a letter, a symbol or a mark, and every font shows as nothing.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})


def _storable(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not contain the character NUL, which PostgreSQL cannot store")
    return value


def _one_line(value: str) -> str:
    return _LINE_BREAKS.sub(" ", value)


def _composed(value: object) -> object:
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def _visible(value: str) -> str:
    if _UNWANTED.search(value):
        raise ValueError("must not contain control characters or characters that change the text's direction")
    if value and not any(_shows(character) for character in value):
        raise ValueError("must contain a visible character")
    return value


def _shows(character: str) -> bool:
    selects_a_variation = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    if character in _BLANK or selects_a_variation:
        return False
    return unicodedata.category(character) not in _INVISIBLE_CATEGORIES


def _as_text(value: object) -> object:
    """A moment of Python's own passes: it comes from this program, not from a request."""
    if isinstance(value, datetime) or (isinstance(value, str) and _RFC_3339.fullmatch(value)):
        return value
    raise ValueError("must be a date and time with a time zone as in RFC 3339, such as 2026-11-27T09:00:00Z")


def _to_utc(value: datetime) -> datetime:
    # The first and last day of the calendar have no room for another zone's offset.
    if not 1 < value.year < 9999:
        raise ValueError("must lie between the years 2 and 9998")
    return value.astimezone(UTC)


def _digits(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch("-?[0-9]+", value):
        raise ValueError("must be a whole number")
    return value


def _true_or_false(value: object) -> object:
    if isinstance(value, str) and value not in ("true", "false"):
        raise ValueError("must be true or false")
    return value


# Put it last, after the constraints: otherwise they would be checked before blanks are stripped.
STORABLE = AfterValidator(_storable)
# Of text on one line that people read: a title, a tag, a name. Empty passes, `min_length` is for that.
VISIBLE = AfterValidator(_visible)
DIGITS = BeforeValidator(_digits)  # of a number in a query
ONE_LINE = BeforeValidator(lambda value: _one_line(value) if isinstance(value, str) else value)
COMPOSED = BeforeValidator(_composed)
"""One form of the same letters, so that "café" is found and counted once, whatever keyboard wrote it."""
UtcDatetime = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""Of an answer."""
DueDate = Annotated[AwareDatetime, BeforeValidator(_as_text), AfterValidator(_to_utc)]
"""Of a request."""
JsonBool = Annotated[bool, Strict()]
JsonInt = Annotated[int, Strict()]
QueryBool = Annotated[bool, BeforeValidator(_true_or_false)]


class RequestModel(BaseModel):
    """A request body: what is not declared is refused, so that a misspelt field is an error."""

    model_config = ConfigDict(extra="forbid")


class ResponseModel(BaseModel):
    """A response body, built from a row or from keywords."""

    model_config = ConfigDict(from_attributes=True)
