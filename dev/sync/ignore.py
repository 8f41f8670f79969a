"""A `.dockerignore` file, which alone decides what belongs in an image and therefore in its pods.

Patterns and their order mean the same as for `docker build`: the last one that matches a path or a folder above it
decides (https://docs.docker.com/build/concepts/context/#dockerignore-files).
"""

import posixpath
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Pattern:
    text: str
    keeps: bool
    """Written with `!`: what matches belongs in the image."""
    expression: re.Pattern[str]


class Ignore:
    def __init__(self, text: str) -> None:
        self._patterns = [pattern for line in text.splitlines() if (pattern := _pattern(line))]
        self._decided: dict[str, bool] = {}

    @classmethod
    def of(cls, context: Path) -> "Ignore":
        """The ignore file of a build context. Without one, everything belongs in the image."""
        file = context / ".dockerignore"
        return cls(file.read_text(encoding="utf-8") if file.exists() else "")

    def excludes(self, path: str) -> bool:
        """Whether a path, relative to the context and with slashes, stays outside."""
        if path not in self._decided:
            outside = False
            for pattern in self._patterns:
                if outside == pattern.keeps and pattern.expression.fullmatch(path):
                    outside = not pattern.keeps
            self._decided[path] = outside
        return self._decided[path]

    def excludes_all_below(self, folder: str) -> bool:
        """Whether nothing below an excluded folder can belong in the image, so that it need not be scanned."""
        return not any(each.keeps and each.text.startswith(folder + "/") for each in self._patterns)

    def tops(self) -> list[str]:
        """The first part of each path written with `!`. In a file that begins with `*`, nothing else belongs there."""
        return sorted({each.text.partition("/")[0] for each in self._patterns if each.keeps})


def _pattern(line: str) -> Pattern | None:
    text = line.strip()
    if not text or line.startswith("#"):
        return None
    keeps = text.startswith("!")
    text = posixpath.normpath(text.removeprefix("!").strip()).lstrip("/")
    if text == ".":
        return None
    # a pattern that matches a folder matches what is below it
    return Pattern(text, keeps, re.compile(_expression(text) + "(?:/.*)?", re.DOTALL))


def _expression(text: str) -> str:
    parts = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    tokens = re.findall(r"\*\*/|\*\*|\*|\?|\[[^\]]+\]|\\.|.", text)
    return "".join(parts.get(each) or _literal(each) for each in tokens)


def _literal(token: str) -> str:
    if len(token) > 1 and token[0] == "[":
        return token
    return re.escape(token[-1])
