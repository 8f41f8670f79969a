"""The spare: a worker that is prepared before the next save needs it.

It always has the third-party packages. After an edit it also imports the application, up to the first of the recently
edited files, and executes that file's leading imports. The next save of such a file then costs only the rest. A save of
a file that the spare has already executed, or a save that adds or deletes files, takes a fresh fork instead.
"""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from devserver import debugger
from devserver.child import Child, Message
from devserver.children import Children
from devserver.error_page import ErrorReport
from devserver.preload import Preload, threads
from devserver.sources import Change, Sources

RECENT_SAVES = 2
"""This many saves decide where the spare pauses. The next file to be edited is usually one of the last."""

SpareState = Literal["waiting", "importing", "paused"]
CurrentState = Literal["loading", "serving", "failed", "answering"]
"""A failed worker waits for an order; an answering one sends the error page."""
log = logging.getLogger("uvicorn.error")


@dataclass
class Worker:
    """A child that serves or will serve. It is the spare first, then the current worker."""

    child: Child
    state: SpareState | CurrentState = "waiting"
    loaded: frozenset[str] = frozenset()
    """The files that a paused worker has executed."""
    changed: frozenset[str] = frozenset()
    since: float = 0
    second_try: bool = False
    modules: list[str] = field(default_factory=list)
    crash: ErrorReport | None = None

    def is_untouched_by(self, change: Change) -> bool:
        if self.state == "waiting":
            return True
        return self.state == "paused" and change.only_edits and self.loaded.isdisjoint(change.names)


class Spare:
    def __init__(self, sources: Sources, children: Children, new_worker: Callable[[], Worker]) -> None:
        self._sources = sources
        self._children = children
        self._new_worker = new_worker
        self._preload = Preload()
        self._recent: deque[frozenset[str]] = deque(maxlen=RECENT_SAVES)
        self._worker: Worker | None = None

    def note(self, change: Change) -> None:
        self._recent.append(change.names)

    def prepare(self, modules: list[str]) -> None:
        """Prepare the next reload. `modules` are those that the last one imported."""
        if self._preload.learn(modules):
            if threads() > 1:
                log.warning("a package starts threads on import, and forks lack them: try DEVSERVER=uvicorn")
            self.drop()
        self._sources.compile_ahead()
        if not self._worker:
            self._worker = self._new_worker()
            edited = [name for names in self._recent for name in names]
            if edited and not debugger.port():  # code that is imported ahead would miss its breakpoints
                self._worker.state = "importing"
                self._worker.child.order("load", edited=edited)

    def take(self, change: Change) -> Worker:
        """A worker that has executed none of the changed files."""
        if self._worker and not self._worker.is_untouched_by(change):
            self.drop()
        taken, self._worker = self._worker or self._new_worker(), None
        return taken

    def drop(self) -> None:
        if self._worker:
            self._children.stop(self._worker.child, grace=0)
            self._worker = None

    def handles(self, sender: Worker, message: Message) -> bool:
        """Handle a message of the spare. Returns False if another worker sent it."""
        if sender is not self._worker:
            return False
        if message["state"] == "paused":
            sender.state, sender.loaded = "paused", frozenset(message["loaded"])
        else:  # the code is broken at the moment
            self.drop()
        return True

    def exited(self, pid: int) -> None:
        if self._worker and self._worker.child.pid == pid:
            self._worker = None
