"""The parent process: it holds the listening socket and decides which worker serves.

One thread, no asyncio, no application code: every fork would inherit them.
"""

import logging
import os
import sched
import signal
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from devserver import announced, debugger, watcher, worker
from devserver.child import Message, ending
from devserver.children import Children
from devserver.error_page import ErrorReport
from devserver.events import Events
from devserver.sources import Change
from devserver.spare import Spare, Worker

GRACE_SECONDS = worker.ACCEPTED_SECONDS + worker.FINISH_SECONDS + 0.5
"""Seconds until a stopped worker is killed."""
RETRY_SECONDS = 0.06
"""Seconds until a failed import is tried once more, because a save may have been incomplete."""
TAKEN_SECONDS = GRACE_SECONDS + 2
"""Seconds that the previous worker and its children may still hold what the application opens at startup."""
TAKEN_RETRY_SECONDS = 0.2
SETTLE_SECONDS = 0.3
"""Seconds after a reload until the spare is prepared, so that it does not delay the first requests."""
STABLE_SECONDS = 10
"""Seconds. A worker that crashes later than this is not in a crash loop."""
LONGEST_PAUSE_SECONDS = 8
"""Seconds between two starts in a crash loop."""

NOTHING = Change(frozenset(), only_edits=True)
log = logging.getLogger("uvicorn.error")


class Supervisor:
    def __init__(self, job: worker.Job) -> None:
        self._job = job
        self._events = Events()
        self._children = Children(self._events)
        self._spare = Spare(job.sources, self._children, self._new_worker)
        self._watcher = self._children.fork(lambda channel: watcher.watch_folder(job.sources.folder, channel))
        if debugger.port():
            pid = os.getpid()
            self._debugger = self._children.fork(lambda channel: debugger.listen(channel, pid))
        self._announced = announced.Announced(
            job.sources.root / announced.NAME, self._events, self._on_announced
        )
        self._current: Worker | None = None
        self._next: sched.Event | None = None
        """The next step for the current worker, unless a save comes first."""
        self._was_ready = False
        self._crashes = 0
        self._changed = time.monotonic()
        """When the current code was saved."""
        self._status: int | None = None

    def run(self) -> int:
        """Run until SIGTERM or SIGINT. Returns the exit status."""
        self._events.on_signals(
            (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD, signal.SIGUSR2), self._on_signal
        )
        self._children.listen(self._watcher, self._on_change)
        self._job.sources.refresh()
        self._load(NOTHING)
        while self._status is None:
            self._events.turn()
        self._cancel_next()
        self._spare.drop()
        self._children.stop(self._watcher, grace=0)
        self._children.stop_all(GRACE_SECONDS)
        while self._children:
            self._events.turn()
        return self._status

    # What happens

    def _on_signal(self, number: int) -> None:
        if number == signal.SIGCHLD:
            for pid, status in self._children.reap().items():
                self._on_exit(pid, status)
        elif number == signal.SIGUSR2:
            if self._current and self._current.state == "serving":
                os.kill(self._current.child.pid, number)  # see profiler.py
        elif self._status is None:
            self._status = 0
        else:  # a second signal
            self._children.kill_all()

    def _on_exit(self, pid: int, status: int) -> None:
        self._spare.exited(pid)
        if pid == self._watcher.pid:
            log.error("the file watcher %s, see above; WATCHFILES_FORCE_POLLING=1 may help", ending(status))
            self._status = 1
        elif self._current and pid == self._current.child.pid:
            self._on_crash(self._current, ending(status))

    def _on_change(self) -> None:
        self._watcher.channel.receive()
        if not self._announced.read():  # otherwise wait for its end
            self._on_announced()

    def _on_announced(self) -> None:
        change = self._job.sources.refresh()
        if change.names:
            self._spare.note(change)
        if change.names or (self._current and self._current.state == "answering"):
            self._crashes = 0
            self._changed = time.monotonic()
            self._load(change)
        elif self._current and self._current.state == "serving":
            self._announced.answer("same")

    def _on_message(self, sender: Worker) -> None:
        handle = {
            "ready": self._on_ready,
            "failed": self._on_failed,
            "stale": self._on_stale,
            "serving": self._on_imports,
        }
        for message in sender.child.channel.receive() or []:
            sender.modules = message["modules"]
            if not self._spare.handles(sender, message):
                handle.get(message["state"], self._on_crash_report)(sender, message)

    def _on_ready(self, sender: Worker, _message: Message) -> None:
        took = (time.monotonic() - sender.since) * 1000
        what = f"reloaded in {took:.0f} ms" if self._was_ready else f"ready after {took:.0f} ms"
        log.info("%s%s", what, f" ({', '.join(sorted(sender.changed))})" if sender.changed else "")
        sender.state, self._was_ready = "serving", True
        self._announced.answer("ready")
        self._do_next(SETTLE_SECONDS, self._prepare)

    def _on_imports(self, _sender: Worker, _message: Message) -> None:
        self._do_next(0, self._prepare)

    def _on_stale(self, _sender: Worker, _message: Message) -> None:
        self._load(NOTHING)

    def _on_failed(self, sender: Worker, message: Message) -> None:
        sender.state = "failed"
        if message["taken"] and time.monotonic() - self._changed < TAKEN_SECONDS:
            self._do_next(TAKEN_RETRY_SECONDS, self._load, NOTHING, True)
            return
        if message["phase"] == "import" and not sender.second_try:
            self._do_next(RETRY_SECONDS, self._load, NOTHING, True)
            return
        error = ErrorReport(**message["error"])
        log.error("%s - answering 500 until it is fixed\n%s", error.summary, error.text.rstrip())
        self._answer(sender, error)
        self._do_next(SETTLE_SECONDS, self._prepare)

    def _on_crash_report(self, sender: Worker, message: Message) -> None:
        sender.crash = ErrorReport(**message["error"])

    def _on_crash(self, crashed: Worker, how: str) -> None:
        """Answer with the reason immediately; restart the application after a pause, or on the next save."""
        if time.monotonic() - crashed.since > STABLE_SECONDS:
            self._crashes = 0
        pause = min(0.5 * 2**self._crashes, LONGEST_PAUSE_SECONDS)
        self._crashes += 1
        error = crashed.crash or ErrorReport(f"the server process {how}", "")
        log.error("%s - next start in %s s, or on the next save\n%s", error.summary, pause, error.text)
        answering = self._new_worker()
        self._take_over(answering, NOTHING)
        self._answer(answering, error)
        self._do_next(pause, self._load, NOTHING)

    # What to do

    def _load(self, change: Change, second_try: bool = False) -> None:
        """Serve what the folder contains now."""
        if self._current and self._current.state in ("loading", "failed"):
            change = Change(change.names | self._current.changed, change.only_edits)
        new = self._spare.take(change)
        self._take_over(new, change)
        new.state, new.second_try = "loading", second_try
        new.child.order("load", edited=[])

    def _take_over(self, new: Worker, change: Change) -> None:
        """Stop the previous worker, which accepts no connections from now on."""
        self._cancel_next()
        if old := self._current:
            # A worker that is not serving yet does not listen to its channel.
            self._children.stop(old.child, 0 if old.state in ("loading", "failed") else GRACE_SECONDS)
        self._current = new
        new.changed, new.since = change.names, time.monotonic()

    def _answer(self, answering: Worker, error: ErrorReport) -> None:
        answering.state = "answering"
        answering.child.order("answer", error=asdict(error), probes_pass=self._was_ready)
        self._announced.answer("failed")

    def _prepare(self) -> None:
        if self._current:
            self._spare.prepare(self._current.modules)

    def _new_worker(self) -> Worker:
        new = Worker(self._children.fork(lambda channel: worker.work(channel, self._job)))
        self._children.listen(new.child, lambda: self._on_message(new))
        return new

    def _do_next(self, seconds: float, action: Callable[..., None], *arguments: Any) -> None:
        self._cancel_next()
        self._next = self._events.after(seconds, action, *arguments)

    def _cancel_next(self) -> None:
        if self._next:
            self._events.cancel(self._next)
            self._next = None
