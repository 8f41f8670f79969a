"""`python3 -m dev leisure COMMAND…`: tests on a save, without slowing that save or the next one down.

The command starts once the save is answered by the pods and the CPU is idle. It is paused during a later save. `nice`
is not enough, because the kernel first divides the CPU between the pods and everything else.
"""

import argparse
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from dev.base import paths

MARK = paths.STATE / "saving"
"""Written by the lane. Not empty during a save. Its modification time is that of the last change."""
QUIET = 1.0  # seconds after a save before the command starts or continues
FORGOTTEN = 15.0  # seconds; an older mark is that of a killed lane
IDLE = 0.5  # the share of all CPUs that has to be idle for the start
SAMPLE = 0.5  # seconds over which the share is measured
PATIENCE = 60.0  # seconds; after this it starts on a busy CPU too
CHECK = 0.03  # seconds
ON_SAVE = {"PYTEST_ADDOPTS": "-p tests.support.on_save"}
"""pytest then begins with what the save affects."""


class Mark:
    """Written by the lane."""

    def __init__(self, file: Path = MARK) -> None:
        self._file = file
        self.set(saving=False)

    def set(self, *, saving: bool) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        new = self._file.with_suffix(".new")
        new.write_text("saving" if saving else "", encoding="utf-8")
        new.replace(self._file)  # content and time in one step


def main(arguments: Sequence[str]) -> int:
    """Run a command when no save is in progress and the CPU is idle. Pause it during saves."""
    parser = argparse.ArgumentParser(prog="python3 -m dev leisure", description=main.__doc__)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    command = parser.parse_args(arguments).command
    _wait_for_leisure()
    process = subprocess.Popen(
        ["nice", "-n", "19", *command], env={**os.environ, **ON_SAVE}, start_new_session=True
    )
    try:
        return _run(process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGCONT)
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def _run(process: "subprocess.Popen[bytes]") -> int:
    stopped = False
    while process.poll() is None:
        if stopped != (saving() or (stopped and age() < QUIET)):
            stopped = not stopped
            os.killpg(process.pid, signal.SIGSTOP if stopped else signal.SIGCONT)
        time.sleep(CHECK)
    return process.returncode


def _wait_for_leisure() -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if not saving() and age() > QUIET and idle(SAMPLE) > IDLE and not saving():
            return
        time.sleep(CHECK)


def saving(file: Path = MARK) -> bool:
    """Whether a save is in progress."""
    try:
        return age(file) < FORGOTTEN and bool(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False


def age(file: Path = MARK) -> float:
    """Seconds since the last save began or ended. A large number without a lane."""
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return FORGOTTEN


def idle(seconds: float) -> float:
    """The idle share of all CPUs during these seconds. 1 if the kernel does not report it."""
    before = _ticks()
    time.sleep(seconds)
    spent = [now - then for now, then in zip(_ticks(), before, strict=True)]
    return (spent[3] + spent[4]) / total if (total := sum(spent)) else 1.0


def _ticks() -> list[int]:
    """Time of all CPUs by kind; https://docs.kernel.org/filesystems/proc.html: the fourth and fifth are idle ones."""
    try:
        first = Path("/proc/stat").read_text(encoding="utf-8").split("\n", 1)[0]
    except OSError:
        return [0] * 8
    return [int(word) for word in first.split()[1:9]]
