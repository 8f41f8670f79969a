"""The lane's sign of life. Without it, the dashboard would keep showing the verdict of a dead lane."""

import time
from pathlib import Path

from dev.base import paths

FILE = paths.STATE / "sync-alive"
SILENCE = 10.0  # seconds; the lane beats once a second, and several are lost on a busy machine
CHECK = 1.0  # seconds


class Beat:
    """Call it about every second."""

    def __init__(self, file: Path = FILE, silence: float = SILENCE) -> None:
        self._file = file
        self._silence = silence
        self._last = time.monotonic()
        self._missed = False

    def __call__(self) -> None:
        now = time.monotonic()
        self._missed |= now - self._last > self._silence
        self._last = now
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.touch()

    def missed(self) -> bool:
        """Whether there was a silence since the last call, so that a watcher may have given up."""
        missed, self._missed = self._missed, False
        return missed

    def end(self) -> None:
        self._file.unlink(missing_ok=True)


def watch(file: Path = FILE, silence: float = SILENCE, check: float = CHECK) -> None:
    """Return when the lane has ended or is silent. Counts its own checks, which a sleeping machine does not miss."""
    seen, quiet = 0.0, 0.0
    while quiet < silence:
        try:
            now = file.stat().st_mtime
        except FileNotFoundError:
            return
        quiet = 0.0 if now != seen else quiet + check
        seen = now
        time.sleep(check)


def main() -> int:
    """Wait until `sync` ends or hangs, then fail, because its verdict is no longer known."""
    watch()
    print("not known: the resource sync has stopped; `tilt trigger sync` starts it", flush=True)
    return 1
