"""Words of messages, titles and tags, in the form in which they are compared."""

import re
import unicodedata

_WORD = re.compile(r"\w+(?:'\w+)*")
PRIORITIES = frozenset({"urgent", "high", "medium", "low"})
_FILLING = """
a an the my our your me us of in on at to for from with as by and or is are be was were now please just also too still
again then thanks thank you it's task todo item thing one reminder due date deadline time called named titled tagged tag
label about list line priority prio
"""
FILLING = frozenset(_FILLING.split())
# With these, a phrase may stand for many tasks: "all open tasks", "everything due today".
ALL = frozenset({"all", "every", "everything", "each", "tasks", "todos", "items", "things", "ones"})
STATES = frozenset(
    {"open", "remaining", "current", "existing", "completed", "complete", "finished", "done", "deleted"}
)
DAYS = frozenset({"today", "tonight", "tomorrow", "yesterday", "overdue", "late"})
PRONOUNS = frozenset({"it", "that", "this", "them", "those", "these", "both", "they"})
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_DATE = re.compile(
    r"today|tonight|tomorrow|yesterday|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|hour|day|week|weekend|month|year|morning|noon|midday|afternoon|evening|night"
    r"|midnight|next|this|coming|following|end|start|beginning|early|later|am|pm|two|three|four|five|\w*\d\w*"
)


def words(text: str) -> list[str]:
    """Singular, without case and possessive endings."""
    return [_singular(word) for word in raw_words(text)]


def raw_words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFC", text).casefold().replace("\u2019", "'")
    return [word.removesuffix("'s") for word in _WORD.findall(plain)]


def content(text: str) -> set[str]:
    """The words that distinguish one task from another."""
    return set(words(text)) - FILLING


def is_date(word: str) -> bool:
    return _DATE.fullmatch(word) is not None or _DATE.fullmatch(_singular(word)) is not None


def ordinal(word: str) -> int | None:
    """The position in a list, from 0. The last one is -1."""
    if word == "last":
        return -1
    if word in _ORDINALS:
        return _ORDINALS.index(word)
    number = re.fullmatch(r"([1-9]\d?)(?:st|nd|rd|th)?", word, re.ASCII)
    return int(number[1]) - 1 if number else None


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
