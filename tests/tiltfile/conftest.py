"""A separate checkout for each test that needs one."""

from pathlib import Path

import pytest

from tests.tiltfile.evaluation import Checkout, Result


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh copy, without `.env`."""
    return Checkout(tmp_path)


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Tilt's plan without `.env`, evaluated once. Tests must not change it."""
    return Checkout(tmp_path_factory.mktemp("plain")).result()
