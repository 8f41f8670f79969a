"""A line per save: what was saved, how many containers hold it, and after how long."""

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

LATE = 10.0  # seconds after which a save is reported even if not every container holds it


@dataclass
class Save:
    what: str
    version: int
    begin: float
    waits: set[str]
    total: int
    late: bool = field(default=False)


class Saves:
    """Thread-safe. `say` prints a line."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._lock = threading.Lock()
        self._open: list[Save] = []

    def begin(self, what: str, version: int, begin: float, containers: Collection[str]) -> None:
        with self._lock:
            self._open.append(Save(what, version, begin, set(containers), len(containers)))
        if not containers:
            self.tick()

    def arrived(self, container: str, version: int) -> None:
        with self._lock:
            for save in self._open:
                if save.version <= version:
                    save.waits.discard(container)
        self.tick()

    def tick(self) -> None:
        """Report what is complete, and what is late."""
        now = time.monotonic()
        with self._lock:
            done = [save for save in self._open if not save.waits]
            self._open = [save for save in self._open if save.waits]
            late = [save for save in self._open if now - save.begin > LATE and not save.late]
            for save in late:
                save.late = True
        for save in done:
            self._say(f"{save.what} → {_pods(save.total)}, {(now - save.begin) * 1000:.0f} ms")
        for save in late:
            missing = ", ".join(sorted(save.waits))
            self._say(f"{save.what} → not yet in {missing} after {LATE:.0f} s")

    def gone(self, container: str) -> None:
        """Nothing waits for a container that ended."""
        with self._lock:
            for save in self._open:
                save.waits.discard(container)
        self.tick()


def _pods(count: int) -> str:
    return f"{count} pod{'' if count == 1 else 's'}"
