"""Which checkout uses the cluster: all checkouts of one user share it, with one database and one namespace.

`make up` leaves a note beside the cluster. It counts while that checkout's Tilt runs or something is deployed.
"""

import json
import shlex
import time
from pathlib import Path

from dev.base import engine, paths
from dev.base.failure import Failure
from dev.cluster import minikube, tilt


def require_free() -> None:
    """Raise Failure if another checkout uses the cluster. Changes nothing."""
    folder, since = _noted()
    if folder in (None, paths.ROOT) or not folder.exists():
        return
    if tilt.pid_of(folder) or (engine.answers() and minikube.exists() and tilt.deployed(folder)):
        raise Failure(
            f"the cluster is in use by {folder} since {since}", f"make -C {shlex.quote(str(folder))} down"
        )


def take() -> None:
    """Note that this checkout uses the cluster; a running use keeps its time."""
    if _noted()[0] == paths.ROOT and tilt.pid_of(paths.ROOT):
        return
    note = {"folder": str(paths.ROOT), "since": time.strftime("%Y-%m-%d %H:%M")}
    _file().parent.mkdir(parents=True, exist_ok=True)
    _file().write_text(json.dumps(note))


def release() -> None:
    """Forget who used the cluster."""
    _file().unlink(missing_ok=True)


def _noted() -> tuple[Path | None, str]:
    try:
        note = json.loads(_file().read_text())
        return Path(note["folder"]), str(note["since"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None, ""


def _file() -> Path:
    return paths.CACHE / "cluster-in-use.json"
