"""Which checkout uses a stack of the cluster: all checkouts of one user share the cluster, each stack has one user.

`make up` leaves a note per stack beside the cluster. It counts while the checkout's Tilt runs or the stack is deployed.
"""

import json
import shlex
import time
from dataclasses import dataclass
from pathlib import Path

from dev.base import engine, paths, stack
from dev.base.failure import Failure
from dev.base.stack import DEFAULT, Stack
from dev.cluster import minikube, tilt

NOTE = "cluster-in-use"


@dataclass(frozen=True)
class Use:
    """A note: the checkout that runs a stack, and since when."""

    stack: Stack
    folder: Path
    since: str

    def __str__(self) -> str:
        return f"{self.stack} of {self.folder} since {self.since}"

    def counts(self) -> bool:
        """Whether the checkout still uses the cluster."""
        if not self.folder.exists():
            return False
        return bool(tilt.pid_of(self.folder)) or (
            engine.answers() and minikube.exists() and tilt.deployed(self.folder, self.stack)
        )


def require_free(remedy: str = "") -> None:
    """Raise Failure if another checkout uses this one's stack. Changes nothing. `remedy` precedes the usual one."""
    use = _noted(stack.current())
    if use is None or use.folder == paths.ROOT or not use.counts():
        return
    what = "the cluster" if use.stack == DEFAULT else str(use.stack)
    raise Failure(f"{what} is in use by {use.folder} since {use.since}", remedy + _down(use.folder))


def require_one_stack() -> None:
    """Raise Failure if this checkout is to start a second stack. Changes nothing."""
    wanted = stack.current()
    for use in uses():
        if use.folder == paths.ROOT and use.stack != wanted and use.counts():
            raise Failure(
                f"this checkout already runs {use.stack}", "`make down` first, or use another worktree"
            )


def require_alone() -> None:
    """Raise Failure if other checkouts use the cluster. Changes nothing."""
    others = [use for use in uses() if use.folder != paths.ROOT and use.counts()]
    if others:
        raise Failure(
            f"the cluster also runs {', '.join(map(str, others))}",
            " && ".join(_down(use.folder) for use in others) + ", then try again",
        )


def take() -> None:
    """Note that this checkout uses its stack; a running use keeps its time."""
    mine = stack.current()
    use = _noted(mine)
    if use and use.folder == paths.ROOT and tilt.pid_of(paths.ROOT):
        return
    note = {"folder": str(paths.ROOT), "since": time.strftime("%Y-%m-%d %H:%M")}
    _file(mine).parent.mkdir(parents=True, exist_ok=True)
    _file(mine).write_text(json.dumps(note))


def release(mine: Stack) -> None:
    """Forget who used a stack."""
    _file(mine).unlink(missing_ok=True)


def uses() -> list[Use]:
    """Every note; of the default stack first."""
    names = [file.stem.removeprefix(NOTE).removeprefix("-") for file in paths.CACHE.glob(f"{NOTE}*.json")]
    return [use for name in sorted(names) if (use := _noted(Stack(name)))]


def _noted(which: Stack) -> Use | None:
    try:
        note = json.loads(_file(which).read_text())
        return Use(which, Path(note["folder"]), str(note["since"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _down(folder: Path) -> str:
    return f"make -C {shlex.quote(str(folder))} down"


def _file(which: Stack) -> Path:
    return paths.CACHE / f"{NOTE}{'-' * bool(which.name)}{which.name}.json"
