"""Bodies hold the types that the document names, and text that people can see."""

from typing import Any

import httpx
import pytest

from tests.support.assertions import assert_problem
from tests.support.tasks import create


@pytest.mark.parametrize(
    "patch",
    [
        *(
            {"due_at": value}
            for value in (0, "0", 1764000000000, 1.5, True, "2026-12-01", "20261201T090000Z")
        ),
        *(
            {"due_at": value}
            for value in ("2026-12-01 09:00:00Z", "2026-12-01T09:00Z", "2026-W49-2T09:00:00Z")
        ),
        *({"completed": value} for value in ("yes", "off", "true", 0, 1, 1.0)),
        *({"version": value} for value in (True, "1", 1.5, 1.0)),
        *({"title": value} for value in (1, True, ["x"])),
        *({"tags": value} for value in ("home", {"home": 1}, [1])),
        {"priority": 1},
    ],
)
def test_nothing_is_converted(ann: httpx.Client, patch: dict[str, Any]) -> None:
    task = create(ann)
    problem = assert_problem(ann.patch(f"/tasks/{task['id']}", json=patch), 422)
    assert problem["errors"][0]["loc"][:2] == ["body", *patch]
    assert ann.get(f"/tasks/{task['id']}").json() == task


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2026-12-01T09:00:00Z", "2026-12-01T09:00:00Z"),
        ("2026-12-01t09:00:00.25z", "2026-12-01T09:00:00.250000Z"),
        ("2026-12-01T09:00:00+01:00", "2026-12-01T08:00:00Z"),
    ],
)
def test_moments_as_in_rfc_3339(ann: httpx.Client, given: str, kept: str) -> None:
    assert create(ann, due_at=given)["due_at"] == kept


def test_bulk_is_as_strict(ann: httpx.Client) -> None:
    body = {"ids": [create(ann)["id"]], "action": "update", "patch": {"due_at": 0}}
    assert_problem(ann.post("/tasks/bulk", json=body), 422)


def test_the_assistant_is_as_strict(ann: httpx.Client) -> None:
    assert_problem(ann.post("/chat/confirm", json={"token": "x", "approve": "yes"}), 422)


INVISIBLE = ("\u200b", "\u200d\ufe0f", "\ufeff", "\u2060", "\u00ad", "\u3164", "\u2800", "\u200e \u200f")
UNWANTED = ("a\u202eb", "a\u2066b", "bell\x07", "esc\x1b[0m", "a\x7f", "a\x85b\x80")


@pytest.mark.parametrize("text", [*INVISIBLE, *UNWANTED])
def test_titles_and_tags_show_something(ann: httpx.Client, text: str) -> None:
    for fields in ({"title": text}, {"title": "x", "tags": [text]}):
        problem = assert_problem(ann.post("/tasks", json=fields), 422)
        assert "character" in problem["errors"][0]["msg"]


@pytest.mark.parametrize("text", ["می‌خواهم", "👩‍👩‍👧 family", "❤️", "שלום\u200f!", "é", "日本", "́", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_characters_that_shape_visible_text_are_kept(ann: httpx.Client, text: str) -> None:
    task = create(ann, title=text, tags=[text])
    assert (task["title"], task["tags"]) == (text, [text])


def test_a_title_is_one_line(ann: httpx.Client) -> None:
    assert create(ann, title="one\r\ntwo\tthree\u2028four\n")["title"] == "one two three four"
    assert create(ann, title="x", notes="one\ntwo")["notes"] == "one\ntwo"
