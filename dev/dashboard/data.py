"""Empties the stand-in database, saves it to a file, and loads it again."""

import re
from pathlib import Path

from dev.base import paths
from dev.base.failure import Failure
from dev.dashboard.cluster import kubectl, postgres

SNAPSHOTS = paths.DEV / "snapshots"  # ignored by git; `make down` and `make nuke` keep it
_NEW = "DROP DATABASE IF EXISTS todo WITH (FORCE); CREATE DATABASE todo OWNER todo;"


def empty() -> None:
    """delete everything in the stand-in database"""
    _create_again()
    _migrate()
    print("the database is empty")


def snapshot(name: str) -> None:
    """save the stand-in database under a name"""
    file = _file(name)
    content = kubectl(postgres("pg_dump", "--format=custom", "--dbname=todo"))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_bytes(content)
    print(f"saved {len(content) / 1024:.0f} KiB as {name}: {file}")


def restore(name: str) -> None:
    """load a saved state and lose the current data"""
    file = _file(name)
    if not file.exists():
        known = ", ".join(sorted(each.stem for each in SNAPSHOTS.glob("*.dump"))) or "none"
        raise Failure(f"no snapshot is called {name}", f"choose one of these: {known}")
    _create_again()
    kubectl(postgres("pg_restore", "--exit-on-error", "--dbname=todo"), file.read_bytes())
    _migrate()
    print(f"restored {name}")


def _create_again() -> None:
    for statement in _NEW.split("; "):
        kubectl(postgres("psql", "--quiet", "--dbname=postgres", "--command", statement))


def _migrate() -> None:
    """Replace the pods: new ones migrate the schema. Old ones may be waiting for a database of their own branch."""
    kubectl(["rollout", "restart", "deployment/backend-deployment"])
    kubectl(["rollout", "status", "deployment/backend-deployment", "--timeout=180s"])


def _file(name: str) -> Path:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name):
        raise Failure(f"a snapshot cannot be called {name!r}", "use letters, digits, dots, - and _")
    return SNAPSHOTS / f"{name}.dump"
