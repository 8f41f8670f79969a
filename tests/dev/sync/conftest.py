"""A world for one test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dev.sync.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Pods that equal the checkout, followed by the lane."""
    created = World(tmp_path)
    created.until_equal()
    yield created
    created.lane.stop()
