"""Points out what a developer adds beside the source and no image takes: in a pod, its absence is a riddle."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from dev.sync.ignore import Ignore
from dev.sync.rules import Rule


class Outside:
    """`say` prints a line. What git knows is left out on purpose, and what git ignores is some program's."""

    def __init__(self, root: Path, rules: tuple[Rule, ...], say: Callable[[str], None]) -> None:
        self._root = root
        self._rules = rules
        self._say = say
        self._seen: dict[str, set[str]] = {}

    def look(self) -> None:
        """Call it every second or so; each name is pointed out once."""
        for rule in self._rules:
            context = self._root / rule.context
            names = {entry.name for entry in os.scandir(context)} if context.is_dir() else set[str]()
            new = names - self._seen.get(rule.context, set())
            self._seen[rule.context] = names
            if outside := sorted(name for name in new if Ignore.of(context).excludes(name)):
                for name in self._unknown(rule, outside):
                    self._say(_hint(rule, name))

    def _unknown(self, rule: Rule, names: list[str]) -> list[str]:
        """Those that git does not know, and does not ignore either, unless they hold variables."""
        ask = ["git", "-C", str(self._root / rule.context)]
        if not _lines([*ask, "rev-parse", "--git-dir"]):  # an unpacked archive: who knows what was added
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
