"""Keeps one container equal to the folder, for as long as the container lives. If it is read-only, compares only."""

import threading
import time
from collections.abc import Mapping

from dev.sync.entries import Difference, Listing, difference, some
from dev.sync.sending import Sending, Wanted
from dev.sync.stream import Report, Stream
from dev.sync.target import Target

SILENCE = 10.0  # seconds; a receiver reports every second, so a longer silence means a dead connection
PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)  # seconds before the next attempt to connect


class Listener:
    """Receives a follower's events. Called from its threads."""

    def equal(self, follower: "Follower", version: int) -> None:
        """The container holds this version."""

    def sent(self, follower: "Follower", version: int) -> None:
        """A transaction towards this version has been sent."""

    def reloads(self, follower: "Follower", version: int, state: str) -> None:
        """The container's server knows of this version. Called again with its state: ready, failed or same."""

    def said(self, follower: "Follower", text: str) -> None:
        """A line for the log."""


class Follower:
    def __init__(self, target: Target, wanted: Wanted, listener: Listener) -> None:
        self.target = target
        self._wanted = wanted
        self._listener = listener
        self._changed = threading.Condition()
        self._stream: Stream | None = None
        self._has: Listing | None = None
        self._sent: dict[str, tuple[int, str | None]] = {}
        """Unconfirmed changes: the number and entry of the transaction, by path."""
        self._versions: dict[int, int] = {}
        """The version that a transaction leads to."""
        self._equal = 0
        self._failed_at = 0.0
        self._stopped = False
        self.problem = "not connected"
        """Why it cannot follow; empty if it can."""

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True, name=self.target.name).start()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            if self._stream:
                self._stream.kill()
            self._changed.notify_all()

    def want(self, wanted: Wanted) -> None:
        with self._changed:
            self._wanted = wanted
            self._announce()
            self._changed.notify_all()

    def check(self) -> None:
        """End a stream that went silent, so that a new one is opened."""
        with self._changed:
            if self._stream and time.monotonic() - self._stream.heard > SILENCE:
                self.problem = f"silent for {SILENCE:.0f} s"
                self._stream.kill()

    @property
    def pid(self) -> int:
        """The process that holds the stream; 0 without one."""
        stream = self._stream
        return stream.pid if stream else 0

    @property
    def connected(self) -> bool:
        return self._has is not None

    def differing(self) -> list[str] | None:
        """The paths that differ according to the reports so far; None if not connected."""
        with self._changed:
            return None if self._has is None else difference(self._wanted.listing, self._has).paths()

    # --- the sending thread

    def _run(self) -> None:
        attempt = 0
        while not self._stopped:
            begin = time.monotonic()
            try:
                self._follow()
            except OSError as error:
                self.problem = str(error)
            if time.monotonic() - begin > SILENCE:
                attempt = 0
            with self._changed:
                if not self._stopped:
                    self._changed.wait_for(lambda: self._stopped, PAUSES[min(attempt, len(PAUSES) - 1)])
            attempt += 1

    def _follow(self) -> None:
        """One stream, from start to end."""
        stream = Stream(self.target.command, self.target.environment)
        with self._changed:
            self._stream, self._has, self._sent = stream, None, {}
            if self._stopped:
                stream.kill()
        reader = threading.Thread(target=self._listen, args=(stream,), daemon=True)
        reader.start()
        try:
            target = self.target
            where = {"folders": dict(target.folders), "tilt": target.tilt, "reloader": target.reloader}
            stream.send(where)
            sending = Sending(stream, self._note)
            while todo := self._todo(stream):
                sending.send(*todo)
                self._listener.sent(self, todo[0].version)
        finally:
            with self._changed:
                self._stream, self._has = None, None
            words = stream.close()
            reader.join()
            self.problem = words or "the stream ended"

    def _todo(self, stream: Stream) -> tuple[Wanted, Difference] | None:
        """The next changes to send; None once the stream has ended."""
        with self._changed:
            while True:
                if self._stopped or self._stream is not stream:
                    return None
                pause = self._failed_at + 1 - time.monotonic()
                if self._sends() and pause <= 0 and (missing := self._missing()):
                    return self._wanted, missing
                self._changed.wait(pause if pause > 0 else None)

    def _sends(self) -> bool:
        return self._has is not None and not self.target.read_only

    def _missing(self) -> Difference:
        has = dict(self._has or {})
        for path, (_, entry) in self._sent.items():
            if entry is None:
                has.pop(path, None)
            else:
                has[path] = entry
        return difference(self._wanted.listing, has)

    def _note(self, number: int, version: int, entries: Mapping[str, str | None]) -> None:
        with self._changed:
            self._versions[number] = version
            self._sent |= {path: (number, entry) for path, entry in entries.items()}

    # --- the listening thread

    def _listen(self, stream: Stream) -> None:
        for report in stream.reports():
            with self._changed:
                self._on_report(report)
                self._changed.notify_all()
        with self._changed:
            if self._stream is stream:
                self._stream = None
            self._changed.notify_all()

    def _on_report(self, report: Report) -> None:
        if "state" in report:
            self._listener.reloads(self, self._versions.pop(report["reloaded"], 0), report["state"])
            return
        first = self._has is None
        has = {} if self._has is None else self._has
        foreign = [path for path in report["now"] if path not in self._sent and "done" not in report]
        for path, entry in report["now"].items():
            if entry is None:
                has.pop(path, None)
            else:
                has[path] = entry
        self._has, self.problem = has, ""
        if "done" in report:
            self._sent = {path: row for path, row in self._sent.items() if row[0] != report["done"]}
            if report["announced"]:
                self._listener.reloads(self, self._versions.get(report["done"], 0), "")
            if report["error"]:
                self._failed_at = time.monotonic()
                self._listener.said(self, f"could not write: {report['error']}")
        if first:
            differs = self._missing().paths()
            self._listener.said(
                self, f"connected, {some(differs)} differed" if differs else "connected, equal"
            )
        elif self._sends() and foreign and (wrong := sorted(set(foreign) & set(self._missing().paths()))):
            self._listener.said(self, f"{some(wrong)} put right: another program had written there")
        self._announce()

    def _announce(self) -> None:
        if self._has is None or self._sent or self._equal == self._wanted.version:
            return
        if not difference(self._wanted.listing, self._has):
            self._equal = self._wanted.version
            self._listener.equal(self, self._equal)
