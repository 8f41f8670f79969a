"""Checkouts of their own for the tests that need one."""

from pathlib import Path

import pytest

from tests.tiltfile.evaluation import Checkout, Result


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh copy, without `.env`."""
    return Checkout(tmp_path)


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """What Tilt would do without `.env`, evaluated once. Not to be changed."""
    return Checkout(tmp_path_factory.mktemp("plain")).result()
