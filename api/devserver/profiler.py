"""Where the worker's CPU time goes: `python -m devserver.profiler` samples it for 10 s and prints folded stacks.

SIGUSR2 reaches the worker through its parent. A sample counts for the CPU time that its thread has used since the last
sample, so waiting counts for nothing. Each line has a stack, outermost function first, and its microseconds.
"""

import collections
import os
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import FrameType

SECONDS = 10.0
_INTERVAL = 0.005  # seconds
_SERVER = 1  # in a container; the parent of all workers


def install() -> None:
    """In a worker: sample it on SIGUSR2."""
    target = _result(os.getppid())

    def start(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=_sample, args=(target,), daemon=True, name="profiler").start()

    signal.signal(signal.SIGUSR2, start)


def _sample(target: Path) -> None:
    stacks: collections.Counter[str] = collections.Counter()
    used: dict[int, float] = {}
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        time.sleep(_INTERVAL)
        frames = sys._current_frames()
        for thread in threading.enumerate():
            if thread.ident is None or thread is threading.current_thread() or thread.ident not in frames:
                continue
            now = _cpu_seconds(thread.ident)
            spent, used[thread.ident] = now - used.get(thread.ident, now), now
            if spent > 0:
                stacks[_stack(frames[thread.ident])] += int(spent * 1e6)
    new = target.with_suffix(".new")
    new.write_text("".join(f"{stack} {microseconds}\n" for stack, microseconds in stacks.most_common()))
    new.replace(target)


def _cpu_seconds(thread: int) -> float:
    return time.clock_gettime(time.pthread_getcpuclockid(thread))


def _stack(frame: FrameType | None) -> str:
    names = []
    while frame:
        code = frame.f_code
        names.append(f"{code.co_qualname} ({_short(code.co_filename)}:{code.co_firstlineno})")
        frame = frame.f_back
    return ";".join(reversed(names))


def _short(file: str) -> str:
    """A path relative to the current folder or the packages' folder."""
    return file.rpartition("/site-packages/")[2].removeprefix(f"{Path.cwd()}/")


def _result(server: int) -> Path:
    return Path(tempfile.gettempdir()) / f"devserver-profile-{server}.folded"


def main(server: int = _SERVER) -> None:
    result = _result(server)
    result.unlink(missing_ok=True)
    os.kill(server, signal.SIGUSR2)
    deadline = time.monotonic() + SECONDS + 10
    while not result.exists():
        if time.monotonic() > deadline:
            sys.exit("the server was not sampled: it reloaded meanwhile, or its code is broken. Try again")
        time.sleep(0.1)
    sys.stdout.write(result.read_text())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
