"""Runs long steps, some in parallel, and reports the progress.

A step builds one file or folder below the cache, named by a hash of everything that goes into it. It is written under
a temporary name and renamed, so an interruption at any point costs that step only, and what is there is never
built again.
"""

import concurrent.futures
import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dev.base import command, paths

HEARTBEAT = 15.0  # seconds between the lines that say what still runs
SIDE_BY_SIDE = 2  # steps; a Go build compiles on all cores but links on one


@dataclass(frozen=True)
class Step:
    """One thing to build. `build(target, log, results)` writes `target`; `results` holds the paths of what it needs."""

    name: str
    build: Callable[[Path, Path, dict[str, Path]], None]
    needs: tuple[str, ...] = ()
    inputs: tuple[str | Path, ...] = ()  # pins, and files or folders by content
    keep: bool = True  # False: only other steps need it, removed when all is done


def run(steps: Sequence[Step]) -> dict[str, Path]:
    """Build what is missing and return the path of every kept step's result. Raises Failure with the log's end."""
    with _only_one():
        return _Runner(steps).run()


def keys(steps: Sequence[Step]) -> dict[str, str]:
    """A hash for each step, over its inputs and those of all steps that it needs."""
    found: dict[str, str] = {}
    for step in steps:
        digest = hashlib.sha256(step.name.encode())
        for item in step.inputs:
            digest.update(_content(item))
        for need in step.needs:
            digest.update(found[need].encode())
        found[step.name] = digest.hexdigest()[:12]
    return found


def _content(item: str | Path) -> bytes:
    if isinstance(item, str):
        return item.encode() + b"\0"
    files = sorted(item.rglob("*")) if item.is_dir() else [item]
    return b"".join(f.name.encode() + f.read_bytes() for f in files if f.is_file())


class _Runner:
    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = {step.name: step for step in steps}
        hashes = keys(steps)
        self.paths = {name: paths.TOOLS / f"{name}-{hashes[name]}" for name in self.steps}
        self.order = [step.name for step in steps]
        self.running: dict[str, float] = {}
        self.numbers: dict[str, int] = {}
        self.started = time.monotonic()
        self.print_lock = threading.Lock()

    def run(self) -> dict[str, Path]:
        paths.TOOLS.mkdir(parents=True, exist_ok=True)
        for leftover in paths.TOOLS.glob("*.partial"):
            remove(leftover)
        todo = self._missing()
        if todo:
            self.numbers = {name: k for k, name in enumerate(todo, start=1)}
            self._say(f"{len(todo)} of {len(self.steps)} parts to build; logs in {paths.LOGS}")
            self._work(todo)
            self._say(f"all parts built in {_clock(time.monotonic() - self.started)}")
        for name in self.order:
            if self.paths[name].exists():
                os.utime(self.paths[name])
        self._tidy()
        return {name: self.paths[name] for name in self.order if self.steps[name].keep}

    def _missing(self) -> list[str]:
        """The steps to build: those without a result, and short-lived ones that they need."""
        wanted: set[str] = set()
        for name in reversed(self.order):
            step = self.steps[name]
            needed_by = any(name in self.steps[other].needs for other in wanted)
            if not self.paths[name].exists() and (step.keep or needed_by):
                wanted.add(name)
        return [name for name in self.order if name in wanted]

    def _work(self, todo: list[str]) -> None:
        waiting, done = list(todo), {name for name in self.order if name not in todo}
        with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            futures: dict[concurrent.futures.Future[None], str] = {}
            try:
                while waiting or futures:
                    for name in [n for n in waiting if done.issuperset(self.steps[n].needs)]:
                        if len(futures) < SIDE_BY_SIDE:
                            waiting.remove(name)
                            futures[pool.submit(self._one, name)] = name
                    finished, _ = concurrent.futures.wait(
                        futures, timeout=HEARTBEAT, return_when=concurrent.futures.FIRST_COMPLETED
                    )
                    for future in finished:
                        future.result()
                        done.add(futures.pop(future))
                    if not finished:
                        self._heartbeat()
            except BaseException:
                command.stop_all()
                raise

    def _one(self, name: str) -> None:
        step, target, log = self.steps[name], self.paths[name], paths.LOGS / f"{name}.log"
        partial = target.with_name(target.name + ".partial")
        begin = self.running[name] = time.monotonic()
        self._say(f"[{self.numbers[name]}/{len(self.numbers)}] {name} …  log: {log}")
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(b"")
        step.build(partial, log, self.paths)
        partial.rename(target)
        del self.running[name]
        seconds = time.monotonic() - begin
        _note(name, seconds)
        self._say(f"[{self.numbers[name]}/{len(self.numbers)}] {name} done in {seconds:.0f} s")

    def _heartbeat(self) -> None:
        now = time.monotonic()
        work = ", ".join(f"{name} {_clock(now - begin)}" for name, begin in sorted(self.running.items()))
        self._say(f"      still running: {work}")

    def _say(self, text: str) -> None:
        with self.print_lock:
            print(f"{_clock(time.monotonic() - self.started):>6}  {text}", flush=True)

    def _tidy(self) -> None:
        """Remove build caches, short-lived results, and results that no checkout used for a month."""
        short_lived = [self.paths[name] for name in self.order if not self.steps[name].keep]
        month_ago = time.time() - 30 * 24 * 3600
        unused = [p for p in paths.TOOLS.iterdir() if p.lstat().st_mtime < month_ago]
        for path in [paths.BUILD, *short_lived, *unused]:
            remove(path)


def remove(path: Path) -> None:
    """Delete a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def times() -> dict[str, float]:
    """Seconds that each step took when it was last built on this machine."""
    file = paths.CACHE / "times.json"
    return json.loads(file.read_text()) if file.exists() else {}


_times_lock = threading.Lock()


def _note(name: str, seconds: float) -> None:
    with _times_lock:
        noted = {**times(), name: round(seconds, 1)}
        (paths.CACHE / "times.json").write_text(json.dumps(noted, indent=1, sort_keys=True))


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


@contextlib.contextmanager
def _only_one() -> Iterator[None]:
    """Lock the cache: a second `make up` waits, and prints so, instead of building the same things."""
    paths.CACHE.mkdir(parents=True, exist_ok=True)
    with (paths.CACHE / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another run is building the tools; waiting for it", file=sys.stderr, flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
