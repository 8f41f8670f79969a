"""The worker in waiting, and how far it may go before the next save.

It always has the third-party packages. Once something was edited it has imported the application as well, up to
the first of the files edited last, with the imports that this file begins with: the save of such a file then costs
what follows, no more. A save of anything that it has executed already, or that adds or deletes files, finds a
fresh fork instead.
"""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from devserver.child import Child, Message
from devserver.failure import Failure
from devserver.family import Family
from devserver.preload import Preload, threads
from devserver.sources import Change, Sources

RECENT_SAVES = 2
"""So many saves decide where the spare pauses: what is edited next was mostly edited before."""

log = logging.getLogger("uvicorn.error")


@dataclass
class Worker:
    """States of a spare: waiting, importing, paused. Of the current worker: loading, then serving; or failed
    (it waits for an order), then answering with the traceback."""

    child: Child
    state: str = "waiting"
    loaded: frozenset[str] = frozenset()
    """The files that a paused one has executed."""
    changed: frozenset[str] = frozenset()
    since: float = 0
    second_try: bool = False
    modules: list[str] = field(default_factory=list)
    failure: Failure | None = None

    def is_untouched_by(self, change: Change) -> bool:
        if self.state == "waiting":
            return True
        return self.state == "paused" and change.only_edits and self.loaded.isdisjoint(change.names)


class Spare:
    def __init__(self, sources: Sources, family: Family, new_worker: Callable[[], Worker]) -> None:
        self._sources = sources
        self._family = family
        self._new_worker = new_worker
        self._preload = Preload()
        self._recent: deque[frozenset[str]] = deque(maxlen=RECENT_SAVES)
        self._worker: Worker | None = None

    def note(self, change: Change) -> None:
        self._recent.append(change.names)

    def prepare(self, modules: list[str]) -> None:
        """Do what the next reload needn't wait for; `modules` is what the last one imported."""
        if self._preload.learn(modules):
            if threads() > 1:
                log.warning("a package starts threads on import, and forks lack them: try DEVSERVER=uvicorn")
            self.drop()
        self._sources.compile_ahead()
        if not self._worker:
            self._worker = self._new_worker()
            if edited := [name for names in self._recent for name in names]:
                self._worker.state = "importing"
                self._worker.child.line.send(do="load", edited=edited)

    def take(self, change: Change) -> Worker:
        """A worker that has executed nothing of what changed."""
        if self._worker and not self._worker.is_untouched_by(change):
            self.drop()
        taken, self._worker = self._worker or self._new_worker(), None
        return taken

    def drop(self) -> None:
        if self._worker:
            self._family.send_away(self._worker.child, grace=0)
            self._worker = None

    def heard(self, sender: Worker, message: Message) -> bool:
        """Whether the message was for this class."""
        if sender is not self._worker:
            return False
        if message["state"] == "paused":
            sender.state, sender.loaded = "paused", frozenset(message["loaded"])
        else:  # it stumbled over what is broken now
            self.drop()
        return True

    def ended(self, pid: int) -> None:
        if self._worker and self._worker.child.pid == pid:
            self._worker = None
