"""The parent process: holds the listening socket, and sees to it that the right worker serves.

One thread, no event loop, no application code: all that would be copied into every fork.
"""

import logging
import sched
import signal
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from devserver import watcher, worker
from devserver.child import Message, ending
from devserver.events import Events
from devserver.failure import Failure
from devserver.family import Family
from devserver.sources import Change
from devserver.spare import Spare, Worker

GRACE_SECONDS = worker.ACCEPTED_SECONDS + worker.FINISH_SECONDS + 0.5
"""A worker that has to leave is killed after this long."""
RETRY_SECONDS = 0.06
"""A folder that fails to import is tried once more after this long: it may have been half written."""
SETTLE_SECONDS = 0.3
"""The spare is prepared this long after a reload, not while the first requests are answered."""
STABLE_SECONDS = 10
"""A worker that crashes after this long is not in a crash loop."""
LONGEST_PAUSE_SECONDS = 8
"""Between two starts in a crash loop."""

NOTHING = Change(frozenset(), only_edits=True)
log = logging.getLogger("uvicorn.error")


class Supervisor:
    def __init__(self, job: worker.Job) -> None:
        self._job = job
        self._events = Events()
        self._family = Family(self._events)
        self._spare = Spare(job.sources, self._family, self._new_worker)
        self._watcher = self._family.fork(lambda line: watcher.watch_folder(job.sources.folder, line))
        self._current: Worker | None = None
        self._next: sched.Event | None = None
        """What happens to the current worker unless a save comes first."""
        self._was_ready = False
        self._crashes = 0
        self._status: int | None = None

    def run(self) -> int:
        """Until SIGTERM or SIGINT; the exit status."""
        self._events.on_signals((signal.SIGTERM, signal.SIGINT, signal.SIGCHLD), self._on_signal)
        self._family.listen(self._watcher, self._on_change)
        self._job.sources.refresh()
        self._load(NOTHING)
        while self._status is None:
            self._events.turn()
        self._cancel_next()
        self._spare.drop()
        self._family.send_away(self._watcher, grace=0)
        self._family.send_all_away(GRACE_SECONDS)
        while self._family:
            self._events.turn()
        return self._status

    # What happens

    def _on_signal(self, number: int) -> None:
        if number == signal.SIGCHLD:
            for pid, status in self._family.bury().items():
                self._on_end(pid, status)
        elif self._status is None:
            self._status = 0
        else:  # asked twice
            self._family.kill_all()

    def _on_end(self, pid: int, status: int) -> None:
        self._spare.ended(pid)
        if pid == self._watcher.pid:
            log.error("the file watcher %s, see above; WATCHFILES_FORCE_POLLING=1 may help", ending(status))
            self._status = 1
        elif self._current and pid == self._current.child.pid:
            self._on_crash(self._current, ending(status))

    def _on_change(self) -> None:
        self._watcher.line.receive()
        change = self._job.sources.refresh()
        if change.names:
            self._spare.note(change)
        if change.names or (self._current and self._current.state == "answering"):
            self._crashes = 0
            self._load(change)

    def _on_message(self, sender: Worker) -> None:
        handle = {
            "ready": self._on_ready,
            "failed": self._on_failed,
            "stale": self._on_stale,
            "serving": self._on_imports,
        }
        for message in sender.child.line.receive() or []:
            sender.modules = message["modules"]
            if not self._spare.heard(sender, message):
                handle.get(message["state"], self._on_last_words)(sender, message)

    def _on_ready(self, sender: Worker, _message: Message) -> None:
        took = (time.monotonic() - sender.since) * 1000
        what = f"reloaded in {took:.0f} ms" if self._was_ready else f"ready after {took:.0f} ms"
        log.info("%s%s", what, f" ({', '.join(sorted(sender.changed))})" if sender.changed else "")
        sender.state, self._was_ready = "serving", True
        self._do_next(SETTLE_SECONDS, self._prepare)

    def _on_imports(self, _sender: Worker, _message: Message) -> None:
        self._do_next(0, self._prepare)

    def _on_stale(self, _sender: Worker, _message: Message) -> None:
        self._load(NOTHING)

    def _on_failed(self, sender: Worker, message: Message) -> None:
        sender.state = "failed"
        if message["phase"] == "import" and not sender.second_try:
            self._do_next(RETRY_SECONDS, self._load, NOTHING, True)
            return
        failure = Failure(**message["failure"])
        log.error("%s - answering 500 until it is mended\n%s", failure.summary, failure.text.rstrip())
        self._answer(sender, failure)
        self._do_next(SETTLE_SECONDS, self._prepare)

    def _on_last_words(self, sender: Worker, message: Message) -> None:
        sender.failure = Failure(**message["failure"])

    def _on_crash(self, crashed: Worker, how: str) -> None:
        """Answer with the reason at once; start the application again after a while, or on the next save."""
        if time.monotonic() - crashed.since > STABLE_SECONDS:
            self._crashes = 0
        pause = min(0.5 * 2**self._crashes, LONGEST_PAUSE_SECONDS)
        self._crashes += 1
        failure = crashed.failure or Failure(f"the server process {how}", "")
        log.error("%s - next start in %s s, or on the next save\n%s", failure.summary, pause, failure.text)
        answering = self._new_worker()
        self._take_over(answering, NOTHING)
        self._answer(answering, failure)
        self._do_next(pause, self._load, NOTHING)

    # What to do

    def _load(self, change: Change, second_try: bool = False) -> None:
        """Serve what the folder holds now."""
        if self._current and self._current.state in ("loading", "failed"):
            change = Change(change.names | self._current.changed, change.only_edits)
        new = self._spare.take(change)
        self._take_over(new, change)
        new.state, new.second_try = "loading", second_try
        new.child.line.send(do="load", edited=[])

    def _take_over(self, new: Worker, change: Change) -> None:
        """From this moment on the current worker accepts nothing more."""
        self._cancel_next()
        if old := self._current:
            # Before it serves it does not listen to its line.
            self._family.send_away(old.child, 0 if old.state in ("loading", "failed") else GRACE_SECONDS)
        self._current = new
        new.changed, new.since = change.names, time.monotonic()

    def _answer(self, answering: Worker, failure: Failure) -> None:
        answering.state = "answering"
        answering.child.line.send(do="answer", failure=asdict(failure), probes_pass=self._was_ready)

    def _prepare(self) -> None:
        if self._current:
            self._spare.prepare(self._current.modules)

    def _new_worker(self) -> Worker:
        new = Worker(self._family.fork(lambda line: worker.work(line, self._job)))
        self._family.listen(new.child, lambda: self._on_message(new))
        return new

    def _do_next(self, seconds: float, action: Callable[..., None], *arguments: Any) -> None:
        self._cancel_next()
        self._next = self._events.after(seconds, action, *arguments)

    def _cancel_next(self) -> None:
        if self._next:
            self._events.cancel(self._next)
            self._next = None
