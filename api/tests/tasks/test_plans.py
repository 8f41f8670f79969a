"""How PostgreSQL finds a page: by an index in the order asked for, without a sort, in both directions."""

import uuid
from datetime import UTC, datetime
from typing import get_args

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select
from sqlmodel.sql.expression import SelectOfScalar

from app.core.config import Settings
from app.migrate import make_engine
from app.tasks import service
from app.tasks.filters import SortKey, TaskQuery
from app.tasks.models import Task


# With few rows any plan will do, so those that would read all of them are switched off.
def off(*kinds: str) -> str:
    return "; ".join(f"SET LOCAL enable_{kind} = off" for kind in kinds)


ONLY_INDEXES = off("seqscan", "bitmapscan", "sort")
ONLY_BITMAPS = off("seqscan", "indexscan", "indexonlyscan")


@pytest.fixture
def engine(settings: Settings, _no_tasks: None) -> Engine:
    return make_engine(settings.database)


def page_plan(engine: Engine, **query: object) -> str:
    statement = service._found(uuid.uuid4(), TaskQuery.model_validate(query), datetime.now(UTC))
    return explain(engine, statement, ONLY_INDEXES)


def filter_plan(engine: Engine, **query: object) -> str:
    """Of the last condition alone: with few rows the owner's own tasks are always the shorter way."""
    *_, condition = TaskQuery.model_validate(query).conditions(uuid.uuid4(), datetime.now(UTC))
    return explain(engine, select(Task.id).where(condition), ONLY_BITMAPS)


def explain(engine: Engine, statement: SelectOfScalar[uuid.UUID], switches: str) -> str:
    sql = str(statement.compile(engine, compile_kwargs={"literal_binds": True}))
    with engine.begin() as connection:
        connection.execute(text(switches))
        rows = connection.exec_driver_sql(f"EXPLAIN (COSTS off) {sql}")
        return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize("status", ["all", "open", "completed"])
@pytest.mark.parametrize("deleted", [False, True])
@pytest.mark.parametrize("sort", get_args(SortKey))
def test_each_order_is_read_from_an_index_alone(
    engine: Engine, sort: str, status: str, deleted: bool
) -> None:
    found = page_plan(engine, sort=sort, status=status, deleted=deleted, page=500)
    assert "Index Only Scan" in found
    assert "Seq Scan" not in found
    if not sort.endswith("due_at"):
        assert "Sort" not in found
        assert "Filter" not in found
        return
    # Days, instants and tasks without either have an index each. Only what the limits let through is sorted.
    for index in ("due_time", "due_day", "undated"):
        assert f"ix_tasks_by_{index}" in found
    assert "Filter" not in found
    assert found.replace("Incremental Sort", "").count("Sort  ") <= 1


def test_a_search_can_use_its_index(engine: Engine) -> None:
    assert filter_plan(engine, q="50% \\ off").count("Bitmap Index Scan on ix_tasks_search_text") == 1


def test_a_tag_can_use_its_index(engine: Engine) -> None:
    assert "Bitmap Index Scan on ix_tasks_tags" in filter_plan(engine, tag=["home"])
