"""Bodies of the tag route."""

from app.core.fields import ResponseModel


class TagOut(ResponseModel):
    """A tag and how many tasks carry it, deleted ones not counted."""

    name: str
    count: int


class TagList(ResponseModel):
    items: list[TagOut]
