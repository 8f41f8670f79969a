"""What the tests of due dates share."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI

from app.core.deps import get_now

# 2026-03-29, 00:30 in Berlin, half an hour into the day on which its clocks go forward; still the 28th in New York.
NOW = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)


@pytest.fixture
def edge_of_a_day(app: FastAPI) -> Iterator[None]:
    """It is `NOW`."""

    async def now() -> datetime:
        return NOW

    app.dependency_overrides[get_now] = now
    yield
    app.dependency_overrides.clear()
