"""A due day and a due time are two things: a day is the same everywhere, a time keeps its zone."""

from typing import Any

import httpx
import pytest

from tests.support.assertions import assert_problem
from tests.support.tasks import create, titles

pytestmark = pytest.mark.usefixtures("edge_of_a_day")

ZONES = ("Pacific/Kiritimati", "Asia/Tokyo", "Europe/Berlin", "UTC", "America/New_York", "Pacific/Niue")
AT = "2026-03-29T19:00:00Z"


def due(task: dict[str, Any]) -> tuple[Any, Any, Any]:
    return task["due_on"], task["due_at"], task["due_zone"]


def test_a_day_is_that_day_in_every_zone(ann: httpx.Client) -> None:
    for day in (28, 29):
        create(ann, title=f"the {day}th", due_on=f"2026-03-{day}")
    for zone in ZONES:
        there = 28 if zone in ("UTC", "America/New_York", "Pacific/Niue") else 29
        assert titles(ann, due="today", tz=zone) == [f"the {there}th"], zone
        assert titles(ann, due="upcoming", tz=zone) == (["the 29th"] if there == 28 else []), zone
        assert titles(ann, due="overdue", tz=zone) == (["the 28th"] if there == 29 else []), zone
        assert titles(ann, due="none", tz=zone) == []


@pytest.mark.parametrize("zone", ZONES)
def test_a_days_times_come_before_the_day_and_after_the_day_before(ann: httpx.Client, zone: str) -> None:
    """By the user's own midnight: in Tokyo, a morning comes after the day before, which ends later in UTC."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    for title, day, clock in (("b", 28, 7), ("a", 27, 21), ("d", 29, 7), ("c", 28, 21)):
        at = datetime(2026, 3, day, clock, tzinfo=ZoneInfo(zone)).isoformat()
        create(ann, title=title, due_at=at, due_zone=zone)
    for title, day in (("ad", 27), ("cd", 28)):
        create(ann, title=title, due_on=f"2026-03-{day}")
    create(ann, title="never")
    order = ["a", "ad", "b", "c", "cd", "d"]
    assert titles(ann, sort="due_at", tz=zone) == [*order, "never"]
    assert titles(ann, sort="-due_at", tz=zone) == [*reversed(order), "never"]
    pages = [titles(ann, sort="due_at", tz=zone, limit=3, page=page) for page in (1, 2, 3)]
    assert [title for page in pages for title in page] == [*order, "never"]


def test_one_clears_the_other(ann: httpx.Client) -> None:
    task = create(ann, due_at=AT, due_zone="Europe/Berlin")
    path = f"/tasks/{task['id']}"
    assert due(task) == (None, AT, "Europe/Berlin")
    assert due(ann.patch(path, json={"due_on": "2026-12-24"}).json()) == ("2026-12-24", None, None)
    assert due(ann.patch(path, json={"due_at": AT}).json()) == (None, AT, None)
    assert due(ann.patch(path, json={"due_zone": "Asia/Tokyo"}).json()) == (None, AT, "Asia/Tokyo")
    assert due(ann.patch(path, json={"due_at": AT.replace("19", "20")}).json())[2] == "Asia/Tokyo"
    assert due(ann.patch(path, json={"due_at": None, "due_on": None}).json()) == (None, None, None)
    assert due(ann.patch(path, json={"due_zone": "Asia/Tokyo"}).json()) == (None, None, None)


def test_many_at_once(ann: httpx.Client) -> None:
    ids = [create(ann, due_at=AT, due_zone="Europe/Berlin")["id"], create(ann)["id"]]
    body = {"ids": ids, "action": "update", "patch": {"due_on": "2026-12-24"}}
    changed = [result["task"] for result in ann.post("/tasks/bulk", json=body).json()["results"]]
    assert [due(task) for task in changed] == [("2026-12-24", None, None)] * 2


@pytest.mark.parametrize("zone", ["Etc/Unknown", "", None])
def test_an_unknown_zone_is_not_kept(ann: httpx.Client, zone: str | None) -> None:
    assert due(create(ann, due_at=AT, due_zone=zone)) == (None, AT, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"due_on": "2026-12-24", "due_at": AT},
        *({"due_on": day} for day in ("2026-12-24T00:00:00Z", "20261224", "2026-02-30", 20261224, True, "")),
        *({"due_on": day} for day in ("0001-01-01", "9999-12-31", "24.12.2026", "2026-W52-4")),
        {"due_zone": "x" * 65},
    ],
)
def test_refuses(ann: httpx.Client, fields: dict[str, Any]) -> None:
    assert_problem(ann.post("/tasks", json={"title": "x", **fields}), 422)
    assert_problem(ann.patch(f"/tasks/{create(ann)['id']}", json=fields), 422)
