"""Parses sentences about tasks into the action, the tasks it applies to, and its details."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from . import quick_add

PRIORITIES = ("urgent", "high", "medium", "low")
_POLITE = re.compile(
    r"^(?:(?:please|hey|hi|hello|ok|okay|and|then|also|now|assistant|"
    r"(?:can|could|would|will) you(?: please)?|i(?:'d| would) like (?:you )?to|help me(?: to)?|let's|kindly)[,!]?\s+)+",
    re.IGNORECASE,
)
_PRIORITY = re.compile(
    r"\s*(?:(?:with|at|as|and|of)\s+)?(?:!(?P<mark>urgent|high|medium|low)"
    r"|\b(?P<word>urgent|high|medium|low)(?:[- ]priority|[- ]prio)"
    r"|\bpriority:?\s+(?P<after>urgent|high|medium|low)|\((?P<paren>urgent|high|medium|low)\))\b\)?",
    re.IGNORECASE,
)
_TAGGED = re.compile(
    r"(?<!\S)@([\w-]{1,40})(?!\S*@)|(?<!\S)tagged(?: with| as)? #?([\w-]{1,40})", re.IGNORECASE
)
_VERBS = (
    "buy|call|pay|send|write|email|mail|book|clean|fix|finish|read|prepare|order|make|do|water|wash|plan|check|"
    "review|get|go|visit|cook|take|ask|schedule|renew|return|pick|cancel|update|submit|print|learn|walk|feed"
)
PATTERNS: tuple[tuple[str, str], ...] = (
    ("plan", r"(?:help me )?plan\b.*\b(?P<span>day|today|tomorrow|week)\b.*"),
    ("rename", r"(?:rename|retitle) (?P<what>.+?) (?:to|into|as) (?P<title>.+)"),
    ("rename", r"change the (?:title|name) of (?P<what>.+?) to (?P<title>.+)"),
    ("clear_due", r"(?:remove|clear|drop) the (?:due )?date (?:of|from|for) (?P<what>.+)"),
    ("reschedule", r"(?:move|re-?schedule|postpone|push|shift|defer|delay) (?P<what>.+)"),
    ("reschedule", r"(?:set|change) the (?:due )?date (?:of|for) (?P<what>.+)"),
    ("reschedule", r"(?P<what>.+?) (?:is|are) due (?P<when>.+)"),
    (
        "prioritise",
        r"(?:make|mark|set|give|put) (?:the priority of )?(?P<what>.+?) (?:to |as |a |at )?"
        r"(?P<priority>urgent|high|medium|low)(?:[- ]prio(?:rity)?)?(?: priority)?",
    ),
    ("prioritise", r"(?:prioriti[sz]e) (?P<what>.+)"),
    ("tag", r"tag (?P<what>.+?) (?:with|as) (?P<tags>.+)"),
    ("append", r"append [\"“]?(?P<line>.+?)[\"”]? to the notes of (?P<what>.+)"),
    ("restore", r"(?:restore|undelete|bring back|recover) (?P<what>.+)"),
    ("reopen", r"(?:reopen|uncheck|re-open|untick) (?P<what>.+)"),
    ("complete", r"(?:mark|set|tick|check) (?P<what>.+?) (?:as |off as )?(?:done|completed?|finished|off)"),
    (
        "complete",
        r"(?:complete|finish|check off|tick off|close|i(?:'m| am) done with|done with) (?P<what>.+)",
    ),
    ("complete", r"i(?:'ve| have)? (?:did|done|finished|completed) (?P<what>.+)"),
    ("complete", r"(?P<what>.+?) (?:is|are) (?:done|finished|completed)"),
    ("delete", r"(?:delete|remove|trash|get rid of|throw away|discard) (?P<what>.+)"),
    (
        "add",
        r"(?:add|create|new|note|remind me to|remind me of|i (?:need|have) to|i must|put)\b"
        r"(?:\s+(?:an?|the|some|these|following|new|\d+|two|three|four|five))*(?:\s+(?:tasks?|todos?|to-dos?|items?)\b)?"
        r"(?:\s*(?::|to|called|named|for)(?=\s))?\s*(?P<items>.+)",
    ),
    ("list", r"(?:what|which|show|list|see|display|find|search|how many|do i have|any|give me|tell me)\b.*"),
    ("help", r"(?:help|what can you do|who are you|hi|hello|hey|thanks?|thank you)\b.*"),
)


@dataclass(frozen=True)
class Wish:
    """One request of the user. `words` holds the parts of the sentence by name."""

    kind: str
    words: dict[str, str] = field(default_factory=dict)


def wishes(text: str) -> list[Wish]:
    """One wish per sentence. A sentence that is not understood has the kind `unknown`."""
    sentences = re.split(r"(?<=[\w\"”')])[.!?]+\s+(?=[A-Za-z])|\s+(?:and )?then\s+", text.strip())
    if re.match(r"(?is)^[^.]*?\b(add|create)\b.*[:\n]", text):
        sentences = [text.strip()]  # a list of things to add has punctuation of its own
    return [_wish(sentence) for sentence in sentences if sentence.strip()]


def _wish(sentence: str) -> Wish:
    plain = _POLITE.sub("", sentence.strip()).strip().rstrip(".!?").strip() or sentence.strip()
    if re.match(r"(?i)^(what can you do|help)\b", plain):
        return Wish("help")
    for kind, pattern in PATTERNS:
        if match := re.fullmatch(pattern, plain, re.IGNORECASE | re.DOTALL):
            named = {name: value.strip() for name, value in match.groupdict().items() if value}
            return Wish(kind, named | {"sentence": plain})
    return Wish("unknown", {"sentence": plain})


def items(text: str, now: datetime) -> list[dict[str, Any]]:
    """The tasks to add, in the tool's format."""
    text = re.sub(r"(?i)\s+(?:to|on|in) (?:my|the) (?:list|tasks|todos?|to-do list)$", "", text)
    quoted = re.findall(r"[\"“]([^\"”]{1,200})[\"”]", text)
    parts = quoted if len(quoted) > 1 else re.split(r"\n+|;|,(?!\d)", text)
    joined = rf"\s+and\s+(?=(?:{_VERBS})\b)" if len(parts) == 1 else r"^\s*and\s+|\s+and\s+"
    if not quoted:
        parts = [piece for part in parts for piece in re.split(joined, part, flags=re.IGNORECASE)]
    return [task for part in parts if (task := item(part, now))]


def item(text: str, now: datetime) -> dict[str, Any] | None:
    """The sentence's ways to name tags and priorities become the marks of quick add."""
    text = re.sub(r"^\s*(?:[-*•]|\d+[.)])\s*", "", text).strip(" \t.,:;\"“”'")
    text = _TAGGED.sub(lambda match: f"#{match[1] or match[2]}", text)
    if found := _PRIORITY.search(text):
        level = next(group for group in found.groups() if group).lower()
        text = f"{text[: found.start()]} !{level} {text[found.end() :]}"
    line = quick_add.parse(text, now)
    title = line.title.strip(" \t.,:;\"“”'")
    if not title:
        return None
    details = {
        "due_at": line.due,
        "priority": line.priority if line.priority != "none" else None,
        "tags": line.tags,
    }
    return {
        "title": title[:1].upper() + title[1:],
        **{name: value for name, value in details.items() if value},
    }


def priority(text: str) -> str | None:
    """The priority that the sentence names, in any form."""
    return next((name for name in PRIORITIES if re.search(rf"\b{name}\b", text, re.IGNORECASE)), None)
