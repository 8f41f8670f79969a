"""Where in the text an expression stands, which decides whether it is a date or a word of the title."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, Protocol, TypeVar

from .words import KEEPERS

Place = Literal["anywhere", "edge", "end", "last", "beside"]
"""
anywhere: it can't be anything else ("on friday"). edge: at the start, at the end, or before a word such as "with".
end: the same without the start. last: nothing else follows. beside: only with a time (or a date) beside it.
"""
_NOTHING = re.compile(r"[\s.,;:!?…]*")
_PUNCTUATION = re.compile(r"[.,;:!?…\u2013—-]|\s+[\u2013—-]\s")
_END = "with|about|at|in|before|after|because|if|when|via|re|regarding|on|near|then|but|so"
_AFTER_END = re.compile(rf"\s+(?:{_END})(?!\S)", re.IGNORECASE)
_AFTER_EDGE = re.compile(rf"\s+(?:{_END}|and|for|from|to)(?!\S)", re.IGNORECASE)
_WITH = re.compile(r"\s+with(?!\S)", re.IGNORECASE)
_JOINED = re.compile(r"\s*(?:,|-|\u2013|—|&|/|and|or|to|till|until|through|thru|\+)?\s*", re.IGNORECASE)
_ALTERNATIVE = re.compile(r"\s+(?:or|to)(?!\S)", re.IGNORECASE)


class Span(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


S = TypeVar("S", bound=Span)


def stands(text: str, start: int, end: int, place: Place) -> bool:
    if place in ("anywhere", "beside"):
        return place == "anywhere"
    rest = text[end:]
    if _NOTHING.fullmatch(rest):
        return True
    if place == "last":
        return _WITH.match(rest) is not None
    if _PUNCTUATION.match(rest):
        return True
    if place == "end":
        return _AFTER_END.match(rest) is not None
    return _AFTER_EDGE.match(rest) is not None or _NOTHING.fullmatch(text[:start]) is not None


def word_before(text: str, start: int) -> str:
    """In lower case; empty if it has anything but letters."""
    words = text[:start].split()
    word = words[-1].lower() if words else ""
    return word if all(unicodedata.category(each)[0] in "LM" for each in word) else ""


def kept_by_word(text: str, start: int) -> bool:
    return word_before(text, start) in KEEPERS


def is_name(text: str, start: int, end: int) -> bool:
    """Capitals on both words make a name of them: "Tomorrow Never Dies"."""
    after = text[end:]
    following = after.lstrip()
    spaced = len(following) < len(after)
    return spaced and text[start].isupper() and following[:1].isupper()


def has_alternative(text: str, end: int) -> bool:
    return _ALTERNATIVE.match(text[end:]) is not None


def joined(text: str, spans: Sequence[S]) -> list[S]:
    """Those that stand in a list or a range: "today and tomorrow", "monday to friday"."""
    found: list[S] = []
    ordered = sorted(spans, key=lambda span: span.start)
    for span, following in pairwise(ordered):
        if _JOINED.fullmatch(text[span.end : following.start]):
            found += [span, following]
    return found


def longest(spans: Sequence[S]) -> list[S]:
    """The longest of those that overlap, in order."""
    kept: list[S] = []
    for span in sorted(spans, key=lambda span: span.start - span.end):
        if not any(overlap(span, other) for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
