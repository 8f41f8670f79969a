"""Pytest plugin of the tests that run on a save: what it affects comes first, then all the others.

A file has changed if it is newer than the last run that came to its end.
"""

import time
from pathlib import Path

import pytest

from tests.support.affected import FAR, ranks

ROOT = Path(__file__).resolve().parents[2]
ROOTS = (ROOT / "api", ROOT)
BEGIN = pytest.StashKey[float]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[BEGIN] = time.time()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    last = config.cache.get(_key(config), 0.0)
    files = {file for root in ("api", "tests") for file in (ROOT / root).rglob("*.py")}
    changed = {file for file in files if file.stat().st_mtime > last}
    rank = ranks({item.path for item in items}, changed, files, ROOTS)
    items.sort(key=lambda item: rank[item.path])
    affected = dict.fromkeys(item.path.name for item in items if rank[item.path] < FAR)
    if last and affected:
        print(f"affected, so first: {', '.join(affected)}", flush=True)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        session.config.cache.set(_key(session.config), session.config.stash[BEGIN])


def _key(config: pytest.Config) -> str:
    """Each suite has a last run of its own."""
    return f"todo/last-run/{'+'.join(config.args).replace('/', '-')}"
