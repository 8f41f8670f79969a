"""Orders test modules that build on one another. A conftest lists them as its stages."""

from collections.abc import Sequence
from pathlib import Path

import pytest


def by_stage(items: list[pytest.Item], folder: Path, stages: Sequence[str]) -> None:
    """Sort a folder's tests in place by their module, `test_STAGE.py`. Tests of other folders keep their places."""
    position = {f"test_{stage}": index for index, stage in enumerate(stages)}
    places = [index for index, item in enumerate(items) if item.path.parent == folder]
    own = [items[index] for index in places]
    for item in own:
        if item.path.stem not in position:
            raise pytest.UsageError(f"{item.path.name} is no stage: add it to STAGES in its conftest.py")
    own.sort(key=lambda item: position[item.path.stem])
    for index, item in zip(places, own, strict=True):
        items[index] = item
