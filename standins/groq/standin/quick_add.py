"""The grammar of one task in a line: "pay rent tomorrow 9:00 !high #home". The page's add field has the same."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime

from . import dates
from .words import AFTER, BEFORE

_MARKS = {"1": "urgent", "2": "high", "3": "medium", "4": "low", "med": "medium"}
_PRIORITY = re.compile(rf"{BEFORE}!(urgent|high|medium|med|low|[1-4]){AFTER}", re.IGNORECASE)
_TAG = re.compile(rf"{BEFORE}#([^\s.,;:!?…#]{{1,40}}){AFTER}")
_JOINERS = frozenset("\u200c\u200d_/-")
_MOST_TAGS = 20


@dataclass(frozen=True)
class Line:
    title: str
    due: str | None = None
    tags: list[str] = field(default_factory=list)
    priority: str = "none"


def parse(text: str, now: datetime, *, month_first: bool = False) -> Line:
    marks = list(_PRIORITY.finditer(text))[:1]
    tags = [match for match in _TAG.finditer(text) if is_tag(match[1])][:_MOST_TAGS]
    spans = [match.span() for match in (*marks, *tags)]
    plain = text
    for start, end in spans:
        plain = plain[:start] + " " * (end - start) + plain[end:]
    due = dates.find_due(plain, now, month_first=month_first)
    spans += due.spans if due else []
    title = _without(text, spans)
    if not title:  # a title of marks only is a title after all
        return Line(text.strip())
    mark = marks[0][1].lower() if marks else "none"
    names = dict.fromkeys(unicodedata.normalize("NFC", match[1]).lower() for match in tags)
    return Line(title, due.due if due else None, list(names), _MARKS.get(mark, mark))


def is_tag(name: str) -> bool:
    """Letters and digits of every script with their marks, and emoji; not a number alone, as in "#42"."""
    kinds = [unicodedata.category(each) for each in name]
    first = kinds[0][0] in "LN" or kinds[0] == "So"
    known = all(
        kind[0] in "LNM" or kind == "So" or each in _JOINERS or _is_part_of_emoji(each)
        for each, kind in zip(name, kinds, strict=True)
    )
    number = all(kind[0] == "N" or each in "_/-" for each, kind in zip(name, kinds, strict=True))
    return first and known and not number


def _is_part_of_emoji(character: str) -> bool:
    """A colour of skin, or the letters of a region's flag."""
    return "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f"


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    """The text without the marks, and without punctuation that belonged to them only."""
    kept = text
    for start, end in sorted(spans, reverse=True):
        kept = kept[:start] + kept[end:]
    plain = " ".join(kept.split())
    if not spans:
        return plain
    plain = re.sub(r" ([.,;:!?…])(?=[.,;:!?… ]|$)", r"\1", plain)
    plain = re.sub(r"^(?:[.,;:!?…\u2013—-]+(?: |$))+", "", plain)
    return re.sub(r"(?: [\u2013—-]|[,;:])+$", "", plain).strip()
