"""The stand-in reads dates, tags and priorities like the page's add field. One table tests both."""

import json
import sys
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dev.base import paths
from tests.support.groq_standin import FOLDER

sys.path.insert(0, str(FOLDER))  # an image's folder, no package of this repository

from standin import quick_add

TABLE: dict[str, Any] = json.loads((paths.ROOT / "tests" / "dates" / "cases.json").read_text())
CASES = [case for group in TABLE["groups"].values() for case in group]
MONTH_FIRST = ("en-US", "ja-JP")


def local(instant: str, zone: str) -> datetime:
    """The user's calendar and clock. A browser without a zone counts as UTC."""
    place = UTC if zone == "Etc/Unknown" else ZoneInfo(zone)
    return datetime.fromisoformat(instant).astimezone(place).replace(tzinfo=None)


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_a_line_is_understood_as_in_the_page(case: dict[str, Any]) -> None:
    given = TABLE["defaults"] | case
    now = local(given["now"], given["zone"])
    line = quick_add.parse(case["text"], now, month_first=given["locale"] in MONTH_FIRST)
    due = f"{case['on']}T{case['time']}" if "time" in case else case.get("on")
    right = case.get("title", case["text"]), due, case.get("tags", []), case.get("priority", "none")
    assert (line.title, line.due, line.tags, line.priority) == right


def test_half_of_the_table_stays_text() -> None:
    kept = [case for case in CASES if "title" not in case]
    assert len(CASES) > 700
    assert len(kept) * 2 > len(CASES)
