"""Due dates and the user's day: what is today depends on where one is."""

import httpx
import pytest

from tests.support.tasks import create, titles

pytestmark = pytest.mark.usefixtures("edge_of_a_day")


@pytest.fixture
def tasks(ann: httpx.Client) -> httpx.Client:
    """Named by their time in Berlin, where the 29th has 23 hours: from 23:00Z on the 28th to 22:00Z on the 29th."""
    for title, due_at in {
        "28th, last second": "2026-03-28T22:59:59Z",
        "29th, first second": "2026-03-28T23:00:00Z",
        "29th, last second": "2026-03-29T21:59:59Z",
        "30th, first second": "2026-03-29T22:00:00Z",
    }.items():
        create(ann, title=title, due_at=due_at)
    create(ann, title="whenever")
    return ann


@pytest.mark.parametrize(
    ("zone", "overdue", "today", "upcoming"),
    [
        (
            "Europe/Berlin",
            ["28th, last second"],
            ["29th, first second", "29th, last second"],
            ["30th, first second"],
        ),
        (
            "UTC",
            [],
            ["28th, last second", "29th, first second"],
            ["29th, last second", "30th, first second"],
        ),
        (
            "America/New_York",
            [],
            ["28th, last second", "29th, first second"],
            ["29th, last second", "30th, first second"],
        ),
        (
            "Pacific/Kiritimati",  # UTC+14: already the afternoon of the 29th, which began at 10:00Z on the 28th
            [],
            ["28th, last second", "29th, first second"],
            ["29th, last second", "30th, first second"],
        ),
    ],
)
def test_the_days_of_a_zone(
    tasks: httpx.Client, zone: str, overdue: list[str], today: list[str], upcoming: list[str]
) -> None:
    assert titles(tasks, tz=zone, due="overdue") == overdue
    assert titles(tasks, tz=zone, due="today") == today
    assert titles(tasks, tz=zone, due="upcoming") == upcoming
    assert titles(tasks, tz=zone, due="none") == ["whenever"]


def test_utc_is_the_default(tasks: httpx.Client) -> None:
    assert titles(tasks, due="today") == titles(tasks, due="today", tz="UTC")


def test_what_is_done_is_not_overdue(ann: httpx.Client) -> None:
    task = create(ann, title="late", due_at="2026-03-01T00:00:00Z")
    assert titles(ann, due="overdue") == ["late"]
    ann.patch(f"/tasks/{task['id']}", json={"completed": True})
    assert titles(ann, due="overdue") == []
