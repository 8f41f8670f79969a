"""Which third-party modules the parent imports, so that its forks have them.

There is no list to maintain: a worker that has loaded the application reports its modules, and the parent imports the
same ones, except those of the application itself.
"""

import gc
import importlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path


def foreign_modules(root: Path) -> list[str]:
    """In a worker: the loaded modules that aren't importable from `root`, in the order of their import."""
    own = {entry.stem for entry in root.iterdir() if entry.suffix == ".py" or entry.is_dir()}
    return [name for name in list(sys.modules) if name.partition(".")[0] not in own | {"__main__"}]


class Preload:
    """In the parent: the modules tried so far."""

    def __init__(self) -> None:
        self._tried: set[str] = set()

    def learn(self, names: Iterable[str]) -> bool:
        """Import the new ones among `names`. Returns whether there were any."""
        new = [name for name in names if name not in self._tried and name not in sys.modules]
        self._tried.update(new)
        for name in new:
            self._import(name)
        if new:
            # The forks share these objects, and their garbage collectors never have to scan them.
            gc.collect()
            gc.freeze()
        return bool(new)

    @staticmethod
    def _import(name: str) -> None:
        try:
            importlib.import_module(name)
        except (Exception, SystemExit):
            return  # created at run time, or importable only in the application's own way, so left to the workers


def threads() -> int:
    """How many threads this process has, those of C libraries included. A fork has only the calling one."""
    return len(os.listdir("/proc/self/task"))
