"""A line per save: its files, how many containers have them, after how long, and when the new code answered."""

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

LATE = 10.0  # seconds after which a save is reported even if a container lacks it

Times = dict[str, object]


@dataclass
class Save:
    what: str
    version: int
    begin: float
    containers: frozenset[str]
    waits: set[str]
    """Containers that lack it."""
    reloading: set[str] = field(default_factory=set)
    """Containers whose server knows of it and does not answer yet."""
    times: dict[str, float] = field(default_factory=dict)
    """Seconds from the first event until all have reached a stage: sent, written, answered."""
    failed: bool = False
    late: bool = False

    def reached(self, stage: str) -> None:
        self.times[stage] = time.monotonic() - self.begin

    @property
    def text(self) -> str:
        line = f"{self.what} → {_pods(len(self.containers))}, {self.times.get('written', 0) * 1000:.0f} ms"
        if "answered" not in self.times:
            return line
        return f"{line}, {'fails' if self.failed else 'answered'} after {self.times['answered']:.2f} s"


class Saves:
    """Thread-safe. `say` prints a line, `record` receives the times of each complete save.

    `saving` is called with whether a save is in progress.
    """

    def __init__(
        self, say: Callable[[str], None], record: Callable[[Times], None], saving: Callable[[bool], None]
    ) -> None:
        self._say = say
        self._record = record
        self._saving = saving
        self._lock = threading.Lock()
        self._open: list[Save] = []

    def begin(self, what: str, version: int, begin: float, containers: Collection[str]) -> None:
        with self._lock:
            self._open.append(Save(what, version, begin, frozenset(containers), set(containers)))
        self._saving(True)
        if not containers:
            self.tick()

    def sent(self, container: str, version: int) -> None:
        with self._lock:
            for save in self._until(version):
                if container in save.waits:
                    save.reached("sent")

    def arrived(self, container: str, version: int) -> None:
        with self._lock:
            for save in self._until(version):
                if container in save.waits:
                    save.waits.discard(container)
                    save.reached("written")
        self.tick()

    def reloads(self, container: str, version: int, state: str) -> None:
        """Without a state, its server knows of the version. A newer version answers for an older one."""
        with self._lock:
            for save in self._until(version):
                if not state and container in save.containers:
                    save.reloading.add(container)
                elif container in save.reloading:
                    save.reloading.discard(container)
                    save.reached("answered")
                    save.failed |= state == "failed"
        self.tick()

    def _until(self, version: int) -> list[Save]:
        return [save for save in self._open if save.version <= version]

    def tick(self) -> None:
        """Report complete and late saves."""
        now = time.monotonic()
        with self._lock:
            old = now - LATE
            done = [
                save for save in self._open if not save.waits and (not save.reloading or save.begin < old)
            ]
            self._open = [save for save in self._open if save not in done]
            late = [save for save in self._open if save.begin < old and not save.late]
            for save in late:
                save.late = True
            over = bool(done) and not self._open
        if over:
            self._saving(False)
        for save in done:
            self._say(save.text)
            self._record({"what": save.what, "begin": time.time() - (now - save.begin), **save.times})
        for save in late:
            missing = ", ".join(sorted(save.waits))
            self._say(f"{save.what} → not yet in {missing} after {LATE:.0f} s")

    def gone(self, container: str) -> None:
        """Stop waiting for a container that ended."""
        with self._lock:
            for save in self._open:
                save.waits.discard(container)
                save.reloading.discard(container)
        self.tick()


def _pods(count: int) -> str:
    return f"{count} pod{'' if count == 1 else 's'}"
