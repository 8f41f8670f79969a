"""The one reader of `.env`: KEY=VALUE lines that mean the same to a shell, to direnv and to us, or an error.

What those three read differently (`$`, backslashes, stray quotes, a bare `&`) is refused rather than guessed at. An
error names the key, the line and the remedy, never the value.
"""

import re
from pathlib import Path

from dev.base import paths
from dev.base.failure import Failure
from dev.env.keys import known, similar

FILE = paths.ROOT / ".env"

ASSIGNMENT = re.compile(r"(?:export\s+)?(?P<key>[A-Za-z_][A-Za-z0-9_]*)=(?P<rest>.*)")
# a value in single quotes, in double quotes, or bare; then nothing but a comment
VALUE = re.compile(
    r"""(?: '(?P<single>[^']*)' | "(?P<double>[^"$\\`]*)" | (?P<bare>[^\s'"$\\`#&;|<>()~][^\s'"$\\`&;|<>()~]*)? )
        (?: \s+\#.* | \s* )""",
    re.VERBOSE,
)


def load(file: Path = FILE) -> dict[str, str]:
    """The keys that have a value; {} when there is no file. Raises Failure for anything not understood."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise Failure(f"{file.name} is not UTF-8 text", f"save {file.name} as UTF-8") from error
    return parse(text, file.name)


def parse(text: str, name: str = ".env") -> dict[str, str]:
    """The keys that have a value. Raises Failure with the line of the first thing that is not understood."""
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        where = f"{name} line {number}"
        key, value = _assignment(stripped, where)
        if key in lines:
            raise Failure(f"{where}: {key} was already set in line {lines[key]}", "keep one of the two lines")
        lines[key] = number
        if value:  # `KEY=` means: not set
            _check(key, value, where)
            values[key] = value
    return values


def _assignment(line: str, where: str) -> tuple[str, str]:
    found = ASSIGNMENT.fullmatch(line)
    if not found:
        raise Failure(f"{where} is not KEY=VALUE", "write KEY=VALUE without spaces around the equals sign")
    key = found["key"]
    if not known(key):
        raise Failure(
            f"{where}: {key} is not a known key{similar(key)}",
            "see .env.example; a variable of your shell belongs in .envrc.local, "
            "for one of the application CONTRIBUTING.md has a recipe: Add an .env key",
        )
    value = VALUE.fullmatch(found["rest"])
    if not value:
        raise Failure(
            f"{where}: {key} has spaces, quotes, $, backticks, backslashes, pipes or one of & ; < > ( ) ~ "
            "outside of single quotes",
            f"write {key}='…', the value between single quotes",
        )
    return key, value["single"] or value["double"] or value["bare"] or ""


def _check(key: str, value: str, where: str) -> None:
    if not value.isprintable():
        raise Failure(
            f"{where}: {key} has a control character in its value", f"type the value of {key} again"
        )
    rule = known(key)
    complaint = rule.complaint(value) if rule else None
    if complaint:
        raise Failure(f"{where}: {key} {complaint[0]}", complaint[1])
