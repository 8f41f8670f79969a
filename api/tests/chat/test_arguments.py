"""What a model may write for arguments, and what becomes of it."""

import uuid
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.chat.tools import registry
from app.chat.tools.registry import BadCall

ID = str(uuid.uuid4())
BERLIN = {"zone": ZoneInfo("Europe/Berlin")}


def parsed(name: str, arguments: Any) -> dict[str, Any]:
    return registry.as_json(registry.parse(name, arguments, BERLIN)[1])


@pytest.mark.parametrize(
    ("given", "due"),
    [
        ("2026-11-27", "2026-11-27"),
        ("2026-11-27T15:00", "2026-11-27T15:00:00+01:00"),
        ("2026-07-01T15:00", "2026-07-01T15:00:00+02:00"),
        ("2026-11-27T15:00:00+09:00", "2026-11-27T07:00:00+01:00"),
        # The model knows times in the user's zone only: its Z is the shape of a timestamp, not a conversion.
        ("2026-11-27T15:00:00Z", "2026-11-27T15:00:00+01:00"),
        ("2026-11-27T15:00:00+00:00", "2026-11-27T15:00:00+01:00"),
    ],
)
def test_a_date_is_the_users(given: str, due: str) -> None:
    assert parsed("create_tasks", {"items": [{"title": "x", "due_at": given}]})["items"][0]["due_at"] == due


def test_form_is_forgiven() -> None:
    assert parsed("create_tasks", {"items": {"title": " x ", "notes": None, "tags": "Home"}}) == {
        "items": [{"title": "x", "tags": ["home"]}]
    }
    assert parsed("complete_tasks", {"ids": ID}) == {"ids": [ID], "completed": True}
    assert parsed("complete_tasks", {"ids": f'["{ID}"]', "completed": "true"})["ids"] == [ID]
    assert parsed("list_tasks", {"limit": "5", "priority": "high", "q": None})["limit"] == 5
    assert parsed("list_tasks", {})["status"] == "all"


@pytest.mark.parametrize(
    ("name", "arguments", "fault"),
    [
        ("create_tasks", {}, "items: Field required"),
        ("create_tasks", {"items": []}, "at least 1 item"),
        ("create_tasks", {"items": [{"title": "x"}] * 21}, "at most 20 items"),
        ("create_tasks", {"items": [{"title": ""}]}, "items.0.title"),
        ("create_tasks", {"items": [{"title": "x", "due_at": "friday"}]}, "write 2026-11-27 for a whole day"),
        ("create_tasks", {"items": [{"title": "x", "due_at": "0001-01-01"}]}, "between the years"),
        ("create_tasks", {"items": [{"title": "x", "owner": "y"}]}, "Extra inputs are not permitted"),
        ("list_tasks", {"limit": 500}, "less than or equal to 50"),
        ("list_tasks", {"q": "a\x00"}, "NUL"),
        ("update_tasks", {"changes": [{"ids": [ID]}]}, "give at least one field"),
        ("update_tasks", {"changes": [{"ids": [ID], "clear_due": False}]}, "give at least one field"),
        (
            "update_tasks",
            {"changes": [{"ids": [ID, str(uuid.uuid4())], "title": "x"}]},
            "title and notes go with one id only",
        ),
        ("update_tasks", {"changes": [{"ids": [ID], "due_at": "2026-11-27", "clear_due": True}]}, "not both"),
        (
            "update_tasks",
            {"changes": [{"ids": [str(uuid.uuid4()) for _ in range(60)], "priority": "low"}] * 2}
            | {"changes": [{"ids": [str(uuid.uuid4()) for _ in range(60)], "priority": "low"} for _ in "ab"]},
            "at most 100 tasks",
        ),
        ("delete_tasks", {"ids": ["everything"]}, "valid UUID"),
        ("delete_tasks", [ID], "not a JSON object"),
        ("delete_tasks", None, "not a JSON object"),
        ("drop_database", {}, "There is no such tool. The tools are: create_tasks, list_tasks"),
    ],
)
def test_nonsense_is_named(name: str, arguments: Any, fault: str) -> None:
    with pytest.raises(BadCall, match=fault):
        registry.parse(name, arguments, BERLIN)


def test_a_checked_call_can_be_kept_and_checked_again() -> None:
    """The journal holds them as JSON; a confirmation runs them later."""
    for due in ("2026-11-27", "2026-11-27T15:00", "2026-11-27T15:00:00Z"):
        call = {"changes": [{"ids": [ID], "due_at": due, "add_tags": ["Home"]}]}
        kept = parsed("update_tasks", call)
        assert registry.as_json(registry.parse("update_tasks", kept, BERLIN)[1]) == kept
