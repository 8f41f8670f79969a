"""Warns of new files next to the source that go into no image. Their absence from a pod would be hard to explain."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from dev.sync.ignore import Ignore
from dev.sync.rules import Rule


class Outside:
    """`say` prints a line. Files in git are left out on purpose, and ignored ones belong to other programs."""

    def __init__(self, root: Path, rules: tuple[Rule, ...], say: Callable[[str], None]) -> None:
        self._root = root
        self._rules = rules
        self._say = say
        self._seen: dict[str, set[str]] = {}

    def look(self) -> None:
        """Call it about every second. It warns once of each name."""
        for rule in self._rules:
            context = self._root / rule.context
            names = {entry.name for entry in os.scandir(context)} if context.is_dir() else set[str]()
            new = names - self._seen.get(rule.context, set())
            self._seen[rule.context] = names
            if outside := sorted(name for name in new if Ignore.of(context).excludes(name)):
                for name in self._unknown(rule, outside):
                    self._say(_hint(rule, name))

    def _unknown(self, rule: Rule, names: list[str]) -> list[str]:
        """The names that git neither tracks nor ignores. Ignored .env files are included."""
        ask = ["git", "-C", str(self._root / rule.context)]
        # in an unpacked archive, new files cannot be told from others
        if not _lines([*ask, "rev-parse", "--git-dir"]):
            return [name for name in names if name.startswith(".env")]
        known = _lines([*ask, "ls-files", "--", *names])
        ignored = _lines([*ask, "check-ignore", "--", *names])
        tracked = {line.partition("/")[0] for line in known}
        return [
            name for name in names if name not in tracked and (name not in ignored or name.startswith(".env"))
        ]


def _lines(command: list[str]) -> set[str]:
    return set(subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines())


def _hint(rule: Rule, name: str) -> str:
    place = f"{rule.context}/{name}"
    if name.startswith(".env"):
        return (
            f"{place} goes into no pod, as no .env file does: put NEXT_PUBLIC_ variables into the .env beside"
            " the Makefile, and others into the pod's manifest"
        )
    ignore = f"{rule.context}/.dockerignore"
    return (
        f"{place} goes into no pod: move it below {_folders(rule)}, or add it to {ignore} and the Dockerfile"
    )


def _folders(rule: Rule) -> str:
    return " or ".join(f"{rule.context}/{folder}" for folder in rule.folders)
