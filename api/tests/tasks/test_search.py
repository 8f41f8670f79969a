"""The search: words of titles, tags and notes, however they are typed."""

import json
from typing import Any

import httpx
import pytest

from tests.support.serving import API
from tests.support.tasks import create, titles

# The page has its own copy of these rules, for tasks that the server has not listed yet; see ui/tests.
CASES: list[dict[str, Any]] = json.loads((API.parent / "tests/search/cases.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['q']} in {case['text']}")
def test_the_table(ann: httpx.Client, case: dict[str, Any]) -> None:
    create(ann, title=case["text"])
    assert titles(ann, q=case["q"]) == (titles(ann) if case["found"] else [])


def test_titles_tags_and_notes_are_searched_together(ann: httpx.Client) -> None:
    """Case 22: accents and order, and a tag and a title may share a search."""
    create(ann, title="Café buchen", notes="für Zoë", tags=["Wochenende", "überfällig"])
    create(ann, title="other")
    for typed in ("zoe", "uberfallig", "cafe wochenende", "ZOE Buchen", "woch café zo"):
        assert titles(ann, q=typed) == ["Café buchen"], typed
    assert titles(ann, q="cafe other") == []


def test_a_change_is_found(ann: httpx.Client) -> None:
    task = create(ann, title="old")["id"]
    ann.patch(f"/tasks/{task}", json={"notes": "Müsli"}).raise_for_status()
    assert titles(ann, q="musli") == ["old"]
    ann.patch(f"/tasks/{task}", json={"notes": "", "add_tags": ["Äpfel"]}).raise_for_status()
    assert titles(ann, q="apfel") == ["old"]
    assert titles(ann, q="musli") == []
    ann.patch(f"/tasks/{task}", json={"title": "new"}).raise_for_status()
    assert (titles(ann, q="new"), titles(ann, q="old")) == (["new"], [])
