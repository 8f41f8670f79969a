"""Counts tags. Reads the table of tasks, because that is where tags are stored."""

import uuid

from sqlalchemy import func, union_all
from sqlmodel import Session, col, select

from app.tags.schemas import TagList, TagOut
from app.tasks.models import TAGS_IN_INDEX, Task

MAX_TAGS_LISTED = 500


def list_tags(session: Session, owner_id: uuid.UUID) -> TagList:
    """Counts equal lists of tags first, which come in order from an index alone; few tasks have long ones."""
    tags, length = col(Task.tags), func.cardinality(col(Task.tags))
    live = select(tags, func.count().label("tasks")).where(
        col(Task.owner_id) == owner_id, col(Task.deleted_at).is_(None)
    )
    short = live.where(length.between(1, TAGS_IN_INDEX)).group_by(tags)
    long = live.where(length > TAGS_IN_INDEX).group_by(tags)
    lists = union_all(short, long).subquery()
    each = select(func.unnest(lists.c.tags).label("name"), lists.c.tasks).subquery()
    count = func.sum(each.c.tasks).label("count")
    statement = (
        select(each.c.name, count)
        .group_by(each.c.name)
        .order_by(count.desc(), each.c.name)
        .limit(MAX_TAGS_LISTED)
    )
    return TagList(items=[TagOut(name=row[0], count=row[1]) for row in session.exec(statement)])
