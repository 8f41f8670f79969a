"""Asks Tilt for a new image where no stream reaches: an init container that fails, an image that the node lost.

Tilt itself waits for such a container to start, however often the file that broke it has been fixed since. Each
content of the folder is tried once: building the same again would change nothing.
"""

import hashlib
import threading
from collections.abc import Callable, Collection
from pathlib import Path

from dev.sync.folder import Folder
from dev.sync.pods import Container
from dev.sync.rules import Rule


class Heal:
    """`trigger` asks Tilt to build one of its resources; False if Tilt could not be asked."""

    def __init__(self, root: Path, trigger: Callable[[str], bool], say: Callable[[str], None]) -> None:
        self._root = root
        self._trigger = trigger
        self._say = say
        self._tried: dict[str, set[str]] = {}
        self._contexts: dict[str, Folder] = {}

    def look(self, containers: Collection[Container]) -> None:
        """Call it every second or so."""
        for rule in {each.rule.resource: each.rule for each in containers if each.init_fails}.values():
            reasons = {each.trouble for each in containers if each.init_fails and each.rule == rule}
            content = self._content(rule)
            tried = self._tried.setdefault(rule.resource, set())
            if content not in tried:
                tried.add(content)
                self._say(
                    f"{rule.resource}: {', '.join(sorted(reasons))}, which needs an image of what the folder holds now"
                )
                threading.Thread(target=self._build, args=(rule.resource, content), daemon=True).start()

    def _build(self, resource: str, content: str) -> None:
        if not self._trigger(resource):
            self._tried[resource].discard(content)

    def _content(self, rule: Rule) -> str:
        """A digest of everything that goes into the image."""
        folder = self._contexts.setdefault(rule.resource, Folder(self._root / rule.context, [""]))
        listing = sorted(folder.scan().items())
        return hashlib.sha256(repr(listing).encode()).hexdigest()
