"""Asks Tilt for a new image where no stream can help: an init container fails, or the node has lost the image.

Tilt itself waits for such a container to start, even after the broken file has been fixed. Each content of the folder
is tried once, because a second build of the same would change nothing.
"""

import hashlib
from collections.abc import Callable, Collection
from pathlib import Path

from dev.sync.folder import Folder
from dev.sync.pods import Container
from dev.sync.rules import Rule


class Heal:
    """`trigger` asks Tilt to build a resource. It returns False if Tilt does not answer."""

    def __init__(self, root: Path, trigger: Callable[[str], bool], say: Callable[[str], None]) -> None:
        self._root = root
        self._trigger = trigger
        self._say = say
        self._tried: dict[str, str] = {}
        """The content that was built last, by resource."""
        self._contexts: dict[str, Folder] = {}

    def look(self, containers: Collection[Container]) -> None:
        """Call it about every second, in its own thread, because Tilt's answer may take a while."""
        for rule in {each.rule for each in containers} - {
            each.rule for each in containers if not each.identity
        }:
            self._tried.pop(rule.resource, None)  # all of them run, so a later failure is a new one
        for rule in {each.rule for each in containers if each.init_fails}:
            content = self._content(rule)
            if self._tried.get(rule.resource) == content:
                continue
            reasons = sorted({each.trouble for each in containers if each.init_fails and each.rule == rule})
            self._say(
                f"{rule.resource}: {', '.join(reasons)}; asking Tilt for an image of the current folder"
            )
            if self._trigger(rule.resource):
                self._tried[rule.resource] = content

    def _content(self, rule: Rule) -> str:
        """A digest of the whole build context."""
        folder = self._contexts.setdefault(rule.resource, Folder(self._root / rule.context, [""]))
        listing = sorted(folder.scan().items())
        return hashlib.sha256(repr(listing).encode()).hexdigest()
