"""The requests in a user's message: what should happen, and to which tasks. A small grammar of English.

What it does not understand is no request, so it costs the user a click, never a change.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from app.chat.consent.words import ALL, DAYS, FILLING, PRIORITIES, PRONOUNS, STATES, is_date, raw_words, words

Kind = Literal["create", "complete", "reopen", "restore", "due", "priority", "tags", "notes", "plan"]
_POLITE = re.compile(
    r"^(?:(?:please|hey|hi|hello|ok|okay|and|then|also|now|so|assistant|yes|sure|no"
    r"|(?:can|could|would|will) (?:you|we)(?: please)?|(?:i(?:'d| would) like|i want)(?: you)? to|help me(?: to)?"
    r"|let's|let us|kindly|(?:shall|should|may|can) i|(?:do you want|would you like) me to)[,:!]?\s+)+",
    re.IGNORECASE,
)
_VERBS: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    (r"complete|finish|close|(?:check|tick|cross) off|(?:i'm |i am )?done with", ("complete",)),
    (r"i(?:'ve| have)?(?: just| already)? (?:did|done|finished|completed)", ("complete",)),
    (r"re-?open|uncheck|untick", ("reopen",)),
    (r"restore|undelete|recover|bring back", ("restore",)),
    (r"move|re-?schedule|postpone|push|shift|defer|delay|snooze", ("due",)),
    (r"schedule", ("due", "create")),
    (r"(?:de)?prioriti[sz]e", ("priority",)),
    (r"tag|untag|label", ("tags",)),
    (r"plan|organi[sz]e", ("plan", "create")),
    (r"append|write", ("notes",)),
    (r"add", ("create", "tags", "notes")),
    (
        r"create|new|note(?: down)?|remind me(?: to| of)?|i (?:need|have) to|i've got to|i must",
        ("create",),
    ),
)
# The end of the sentence decides what these ask for.
_ANY = r"mark|set|make|put|give|change|turn|check|tick|cross|remove|clear|drop|take"
_ENDINGS: tuple[tuple[str, Kind], ...] = (
    (r"\b(?:as |to )?(?:not (?:done|completed?|finished)|undone|open|incomplete|unfinished)$", "reopen"),
    (r"\b(?:as |to )?(?:done|completed?|finished|off)$", "complete"),
    (
        r"\b(?:(?:as|to|at|a|an|of|with) )*(?:urgent|high|medium|low|important|no|none)(?:[ -]prio(?:rity)?)?$",
        "priority",
    ),
    (r"\b(?:the )?(?:priority|prio)\b", "priority"),
    (r"\bnotes?\b", "notes"),
    (r"\btags?\b|\blabels?\b|#", "tags"),
)
_STARTS = "|".join([*(verb for verb, _ in _VERBS), _ANY])
_STATEMENT = re.compile(
    r"(?P<what>(?!(?:i|we|you|what|which|who|when|where|why|how|is|are|was|were|do|does|did|has|have|any|show|list|see"
    r"|find|search|tell|give|count|summari[sz]e|describe|explain|read)\b).+?)(?:\s+(?:is|are|was|were)|:)?"
    r"\s+(?:now |already |all )?(?:done|finished|completed)",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:not|never|except|but|without|unless|if|when|keep|leave|instead|apart|besides|other)\b|n't\b"
)
_TRAIL = re.compile(r"(?:[\s,]+(?:please|thanks|thank you|for me|too|now|again))+$", re.IGNORECASE)


_GAP = re.compile(r"[\s,;]{2,}")


@dataclass(frozen=True)
class Phrase:
    """Some tasks: by words of their titles or tags, all of a kind, a pronoun, or positions in a list."""

    words: frozenset[str] = frozenset()
    every: bool = False
    filters: frozenset[str] = frozenset()
    pronoun: str = ""


@dataclass(frozen=True)
class Request:
    """One clause, and all of its words."""

    kinds: frozenset[Kind]
    words: frozenset[str]
    phrases: tuple[Phrase, ...]


def requests(message: str) -> list[Request]:
    found: list[Request] = []
    plain = _GAP.sub(_narrow, message.replace("\u2019", "'").strip())
    for sentence in re.split(r"(?<=[.!?;])\s", plain):
        joint = rf"(?:,\s*|\s+)(?:and then|and|then)\s+(?=(?:{_STARTS})\b)|[,;]\s+(?=(?:{_STARTS})\b)"
        for clause in re.split(joint, sentence, flags=re.IGNORECASE):
            request = _request(clause)
            if request and found and any(phrase.pronoun for phrase in request.phrases):
                request = replace(request, phrases=request.phrases + found[-1].phrases)
            found += [request] if request else []
    return found


def _narrow(gap: re.Match[str]) -> str:
    """Long gaps would cost the patterns seconds."""
    mark = next((each for each in ("\n", ";", ",") if each in gap[0]), "")
    return f"{mark} " if mark else " "


def phrases(text: str) -> tuple[Phrase, ...]:
    parts = re.split(r",|\band\b|&|;|\n|/", text, flags=re.IGNORECASE)
    return tuple(phrase for part in parts if (phrase := _phrase(raw_words(part))))


def _request(clause: str) -> Request | None:
    asks = clause.strip().endswith("?")
    plain = _TRAIL.sub("", _POLITE.sub("", clause.strip()).rstrip(" .!?;"))
    kinds, what = _kinds(plain)
    if not kinds and not asks and (statement := _STATEMENT.fullmatch(plain)):
        kinds, what = ("complete",), statement["what"]
    if not kinds:
        return None
    if "create" not in kinds and _DOUBT.search(what.casefold()):
        return None
    if "due" in kinds:
        what = _without_target(what)
    if "plan" in kinds:
        what = " ".join(word for word in raw_words(what) if not is_date(word)) or "everything"
        what = "everything" if not set(words(what)) - FILLING else what
    return Request(frozenset(kinds), frozenset(words(plain)), phrases(what))


def _kinds(plain: str) -> tuple[tuple[Kind, ...], str]:
    """What is asked for, and the words that name the tasks."""
    for verb, kinds in _VERBS:
        if match := re.match(rf"(?:{verb})\b[\s:]*", plain, re.IGNORECASE):
            return kinds, plain[match.end() :]
    match = re.match(rf"(?:{_ANY})\b(?! me\b)\s*", plain, re.IGNORECASE)
    if not match:
        return (), ""
    rest = plain[match.end() :]
    for ending, kind in _ENDINGS:
        if found := re.search(ending, rest, re.IGNORECASE):
            return (kind,), rest[: found.start()] + rest[found.end() :]
    dated = any(is_date(word) for word in raw_words(rest)) or re.search(r"\b(?:date|deadline)\b", rest)
    return (("due",), rest) if dated else ((), "")


def _without_target(what: str) -> str:
    """Without the day or time at the end, to which the tasks should be moved."""
    begun = what
    while match := re.fullmatch(r"(?i)(.*\S)\s+(to|until|till|by|on|for|at|in)\s+(.+?)", what):
        tail = [word for word in raw_words(match[3]) if word not in FILLING]
        if not tail or not all(map(is_date, tail)):
            break
        what = match[1]
        if match[2].casefold() in ("to", "until", "till", "by"):
            return what
    if what != begun:
        return what
    return re.sub(
        r"(?i)(?:\s+(?:a|an|one|two|three|\d+)\s+(?:hour|day|week|month)s?|\s+(?:next \w+|tomorrow|today|\w+day))$",
        "",
        what,
    )


def _phrase(known: list[str]) -> Phrase | None:
    every = any(word in ALL for word in known)
    pronoun = next((word for word in known if word in PRONOUNS), "")
    rest = set(words(" ".join(word for word in known if word not in ALL | PRONOUNS))) - FILLING
    filters = frozenset(rest & (DAYS | PRIORITIES)) if every else frozenset()
    rest -= DAYS | PRIORITIES | (STATES if every else set())
    if not rest and not every and not pronoun:
        return None
    return Phrase(frozenset(rest), every and not pronoun, filters, pronoun)
