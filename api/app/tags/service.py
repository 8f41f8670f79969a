"""Counts tags. Reads the table of tasks, because that is where tags are stored."""

import uuid

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.tags.schemas import TagList, TagOut
from app.tasks.models import Task

MAX_TAGS_LISTED = 500


def list_tags(session: Session, owner_id: uuid.UUID) -> TagList:
    name, count = func.unnest(col(Task.tags)).label("name"), func.count().label("count")
    live = (col(Task.owner_id) == owner_id, col(Task.deleted_at).is_(None))
    statement = (
        select(name, count).where(*live).group_by(name).order_by(count.desc(), name).limit(MAX_TAGS_LISTED)
    )
    return TagList(items=[TagOut(name=row[0], count=row[1]) for row in session.exec(statement)])
