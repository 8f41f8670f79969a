"""What several tests of the documents share."""

from pathlib import Path

import pytest

from tests.support import repository as repositories


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of this checkout in a git repository of its own."""
    return repositories.copy(tmp_path / "origin")
