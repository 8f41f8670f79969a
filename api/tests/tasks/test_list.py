"""The list: filters, search, order, pages."""

import unicodedata
from functools import partial
from typing import Any

import httpx
import psycopg
import pytest

from app.core.config import Settings
from tests.support.tasks import create, titles


def test_status(ann: httpx.Client) -> None:
    create(ann, title="open")
    ann.patch(f"/tasks/{create(ann, title='done')['id']}", json={"completed": True})
    assert titles(ann) == ["done", "open"]
    assert titles(ann, status="all") == ["done", "open"]
    assert titles(ann, status="open") == ["open"]
    assert titles(ann, status="completed") == ["done"]


def test_any_of_the_priorities_and_all_of_the_tags(ann: httpx.Client) -> None:
    create(ann, title="a", priority="low", tags=["home", "garden"])
    create(ann, title="b", priority="high", tags=["home"])
    create(ann, title="c", priority="urgent", tags=["work"])
    assert titles(ann, priority=["low", "urgent"]) == ["a", "c"]
    assert titles(ann, tag="Home") == ["a", "b"]
    assert titles(ann, tag=["home", "garden"]) == ["a"]
    assert titles(ann, tag=["home", "work"]) == []
    assert titles(ann, tag="home", priority="high") == ["b"]


def test_search_takes_the_text_as_it_is(ann: httpx.Client) -> None:
    create(ann, title="100% sure")
    create(ann, title="snake_case")
    create(ann, title="other", notes="Über die Straße, 100 percent")
    assert titles(ann, q="100%") == ["100% sure"]
    assert titles(ann, q="e_c") == ["snake_case"]
    assert titles(ann, q="über") == ["other"]
    assert titles(ann, q="100") == ["100% sure", "other"]
    assert titles(ann, q="\\") == []
    assert titles(ann, q="' OR 1=1 --") == []
    assert len(titles(ann, q="  ")) == 3


def test_every_order_both_ways(ann: httpx.Client) -> None:
    create(ann, title="B", priority="low", due_at="2026-01-02T00:00:00Z")
    create(ann, title="a", priority="urgent")
    third = create(ann, title="C", priority="none", due_at="2026-01-01T00:00:00Z")
    ann.patch(f"/tasks/{third['id']}", json={"notes": "touched"})
    expected = {
        "created_at": ["B", "a", "C"],
        "-created_at": ["C", "a", "B"],
        "due_at": ["C", "B", "a"],  # without a date: last, both ways
        "-due_at": ["B", "C", "a"],
        "priority": ["C", "B", "a"],
        "-priority": ["a", "B", "C"],
        "title": ["a", "B", "C"],
        "-title": ["C", "B", "a"],
        "updated_at": ["B", "a", "C"],
        "-updated_at": ["C", "a", "B"],
    }
    assert {sort: titles(ann, sort=sort) for sort in expected} == expected
    assert [task["title"] for task in ann.get("/tasks").json()["items"]] == expected["-created_at"]


def test_pages_share_no_task_and_miss_none(ann: httpx.Client) -> None:
    for number in range(7):
        create(ann, title="same", priority="low", notes=str(number))
    pages = [
        ann.get("/tasks", params={"sort": "-priority", "limit": 3, "page": n}).json() for n in (1, 2, 3, 4)
    ]
    assert [len(page["items"]) for page in pages] == [3, 3, 1, 0]
    assert len({task["id"] for page in pages for task in page["items"]}) == 7
    assert pages[3]["pagination"] == {
        "page": 4,
        "limit": 3,
        "has_next": False,
        "total_count": 7,
        "total_is_exact": True,
    }
    assert {page["pagination"]["total_count"] for page in pages} == {7}
    assert [page["pagination"]["has_next"] for page in pages] == [True, True, False, False]


def test_an_empty_list_has_no_pages(ann: httpx.Client) -> None:
    body = ann.get("/tasks").json()
    pagination = {"page": 1, "limit": 50, "has_next": False, "total_count": 0, "total_is_exact": True}
    assert body == {"items": [], "pagination": pagination}


def test_more_than_a_thousand_are_not_counted(ann: httpx.Client, settings: Settings) -> None:
    """Counting all of 100,000 tasks takes longer than reading a page of them."""
    owner = ann.get("/auth/me").json()["id"]
    with (
        psycopg.connect(settings.database_url.get_secret_value()) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO tasks (id, owner_id, title, notes, priority_rank, tags, created_at, updated_at, version)"
            " SELECT gen_random_uuid(), %s, 'Task ' || n, '', 0, '{}', now(), now(), 1"
            " FROM generate_series(1, 1003) AS n",
            [owner],
        )
    connection.close()

    def pagination(page: int, **query: Any) -> tuple[int, bool, bool]:
        found = ann.get("/tasks", params={"limit": 100, "page": page, **query}).json()["pagination"]
        return found["total_count"], found["total_is_exact"], found["has_next"]

    assert pagination(1) == (1000, False, True)
    assert pagination(10) == (1000, False, True)
    assert pagination(11) == (1003, True, False)
    assert pagination(12) == (1000, False, False)
    assert pagination(1, q="77 task") == (11, True, False)


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "owner_id"},
        {"sort": "--title"},
        {"status": "deleted"},
        {"priority": "top"},
        {"due": "someday"},
        {"tz": "x" * 65},
        {"page": "0"},
        {"page": "1.0"},
        {"page": "1_0"},
        {"deleted": "yes"},
        {"page": "99999999999999999999"},
        {"limit": "101"},
        {"limit": "x"},
        {"q": "nul\x00"},
        {"q": "x" * 201},
        {"tag": "x" * 41},
        {"statsu": "open"},
    ],
)
def test_refuses(ann: httpx.Client, query: dict[str, str]) -> None:
    answer = ann.get("/tasks", params=query)
    assert answer.status_code == 422
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    "zone", ["Etc/Unknown", "", "Mars/Olympus", "America", "../../etc/passwd", "europe/"]
)
def test_an_unknown_zone_counts_as_utc(ann: httpx.Client, zone: str) -> None:
    """Browsers that do not know their zone send such names; without the list the application is unusable."""
    create(ann, title="long ago", due_on="2020-01-01")
    assert titles(ann, due="overdue", tz=zone) == ["long ago"]


def test_what_the_order_leaves_open_goes_from_new_to_old(ann: httpx.Client) -> None:
    for number in range(12):
        create(ann, title=f"{number:02}", due_on="2027-01-05" if number % 2 else None, priority="low")
    dated, undated = [f"{n:02}" for n in range(11, 0, -2)], [f"{n:02}" for n in range(10, -1, -2)]
    assert titles(ann, sort="due_at") == [*dated, *undated]
    assert titles(ann, sort="-due_at") == [*dated, *undated]
    assert titles(ann, sort="-priority") == [f"{n:02}" for n in range(11, -1, -1)]


def test_the_form_of_a_letter_does_not_matter(ann: httpx.Client) -> None:
    """Keyboards write "é" as one code point or as two: it is one tag, and is found either way."""
    apart = partial(unicodedata.normalize, "NFD")
    create(ann, title=apart("Café closes"), tags=[apart("café")])
    create(ann, title="Café opens", tags=["café"])
    for typed in ("café", apart("café")):
        assert titles(ann, q=typed, sort="title") == ["Café closes", "Café opens"]
        assert titles(ann, tag=typed, sort="title") == ["Café closes", "Café opens"]
    assert [tag["name"] for tag in ann.get("/tags").json()["items"]] == ["café"]


def test_a_search_finds_words_in_any_order(ann: httpx.Client) -> None:
    create(ann, title="Book the plumber", notes="kitchen sink")
    create(ann, title="Book a table")
    assert titles(ann, q="plumber book") == ["Book the plumber"]
    assert titles(ann, q="sink  BOOK") == ["Book the plumber"]
    assert titles(ann, q="plumber table") == []
