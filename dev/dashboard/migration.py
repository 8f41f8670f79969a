"""Migrates the database from a running pod, and fetches a migration generated there."""

import re

from dev.base import paths
from dev.base.failure import Failure
from dev.dashboard.cluster import BACKEND, kubectl

VERSIONS = paths.ROOT / "api" / "migrations" / "versions"


def migrate() -> None:
    """bring the schema to this branch's newest revision"""
    print(kubectl([*BACKEND, "python", "-m", "devserver.migrate"]).decode().strip())


def new(what: str) -> None:
    """generate a migration from the models and put it into the folder"""
    words = re.sub(r"[^a-z0-9]+", "_", what.lower()).strip("_")
    if not words:
        raise Failure("a migration needs a description", "for example: add reminders")
    taken = [int(file.name[:4]) for file in VERSIONS.glob("[0-9][0-9][0-9][0-9]_*.py")]
    number = f"{max(taken, default=0) + 1:04}"
    source = kubectl([*BACKEND, "python", "-m", "devserver.new_migration", number, what])
    file = VERSIONS / f"{number}_{words}.py"
    file.write_bytes(source)
    print(f"wrote {file.relative_to(paths.ROOT)}: read it; the next pods apply it")
