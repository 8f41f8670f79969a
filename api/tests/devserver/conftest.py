"""One development server for the tests of a file; each test starts with the original files, served."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.devserver import FILES, DevServer, running


@pytest.fixture(scope="module")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevServer]:
    with running(tmp_path_factory.mktemp("watched")) as server:
        server.until("early 0")
        yield server


@pytest.fixture
def server(_server: DevServer) -> DevServer:
    for path in sorted((_server.folder / "app").rglob("*"), reverse=True):
        if str(path.relative_to(_server.folder)) not in FILES:
            _remove(path)
    for name, text in FILES.items():
        _server.save(name, text)
    _server.until("early 0")
    _server.until_spare()
    return _server


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
