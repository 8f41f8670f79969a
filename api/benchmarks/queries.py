"""The questions that the page asks, and the SQL that answered them before the indexes of revision 0005."""

from dataclasses import dataclass, field
from typing import Any

_OLD_LIST = """
SELECT *, count(*) OVER () FROM tasks WHERE owner_id = %(owner)s AND deleted_at IS NULL {filters}
ORDER BY {order} NULLS LAST, id {direction} LIMIT 100 OFFSET {offset}
"""
_OLD_TAGS = """
SELECT unnest(tags) AS name, count(*) AS count FROM tasks WHERE owner_id = %(owner)s AND deleted_at IS NULL
GROUP BY name ORDER BY count DESC, name LIMIT 500
"""
_COLUMNS = {"priority": "priority_rank", "title": "lower(title)"}


@dataclass(frozen=True)
class Question:
    """One request, and its query of old. `limit` is the target for the 95th percentile, in milliseconds."""

    name: str
    path: str
    old: str
    limit: float
    query: dict[str, Any] = field(default_factory=dict)


def questions() -> list[Question]:
    sorts = [
        sign + name
        for name in ("created_at", "updated_at", "due_at", "priority", "title")
        for sign in ("", "-")
    ]
    return [
        *(_list(f"sort={sort}", sort=sort) for sort in sorts),
        _list("open, by due date", status="open", sort="due_at"),
        _list("completed, by change", status="completed", sort="-updated_at"),
        *(
            _list(f"page 500, sort={sort}", sort=sort, page=500)
            for sort in ("-created_at", "-due_at", "title")
        ),
        *(
            _list(f"q={text}", 150, q=text)
            for text in ("milk", "milk 99", "milk 999990", "zzzqqq", "zq", "z")
        ),
        _list("tag=home", tag="home"),
        _list("tag=area7", tag="area7"),
        Question("tags", "/tags", _OLD_TAGS, 50),
    ]


def _list(name: str, limit: float = 100, **query: Any) -> Question:
    column, direction = query.get("sort", "-created_at").removeprefix("-"), "ASC"
    if query.get("sort", "-created_at").startswith("-"):
        direction = "DESC"
    filters = ""
    if status := query.get("status"):
        filters += f" AND completed_at IS {'NULL' if status == 'open' else 'NOT NULL'}"
    if text := query.get("q"):
        filters += f" AND (title ILIKE '%%{text}%%' OR notes ILIKE '%%{text}%%')"
    if tag := query.get("tag"):
        filters += f" AND tags @> ARRAY['{tag}']"
    order = f"{_COLUMNS.get(column, column)} {direction}"
    offset = (query.get("page", 1) - 1) * 100
    old = _OLD_LIST.format(filters=filters, order=order, direction=direction, offset=offset)
    return Question(name, "/tasks", old, limit, {"limit": 100, **query})
