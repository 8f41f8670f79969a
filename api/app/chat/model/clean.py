"""Cleans a model's text for PostgreSQL and JSON: no NUL, and no half characters (lone surrogates)."""

from typing import Any


def clean(text: str) -> str:
    """Join the two halves of a character that JSON wrote as two escapes. Drop a half without the other."""
    if text.isascii():
        return text.replace("\0", "")
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return joined.replace("\0", "")


def clean_json(value: Any) -> Any:
    """Do the same for every text in a JSON value."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_json(each) for each in value]
    if isinstance(value, dict):
        return {clean(name): clean_json(each) for name, each in value.items()}
    return value


class CleanStream:
    """A text that arrives in pieces, which may split a character."""

    def __init__(self) -> None:
        self._half = ""

    def add(self, piece: str) -> str:
        """The part that can be passed on."""
        text, self._half = self._half + piece, ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return clean(text)
