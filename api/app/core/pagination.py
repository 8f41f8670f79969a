"""Pages of a list: every list of this API is bounded."""

from typing import Annotated

from pydantic import Field

from app.core.fields import DIGITS, RequestModel, ResponseModel

COUNTED = 1000
"""How many items are counted: beyond, a count would cost more than the page."""


class PageQuery(RequestModel):
    """Which page. The bound on `page` keeps the offset well inside PostgreSQL's bigint."""

    page: Annotated[int, Field(ge=1, le=1_000_000), DIGITS] = 1
    limit: Annotated[int, Field(ge=1, le=100), DIGITS] = 50

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.limit

    @property
    def looked_at(self) -> int:
        """How many items from this page on to look at: one more than the page shows, or than are counted."""
        return max(self.limit, COUNTED - self.offset) + 1


class Pagination(ResponseModel):
    """The position of this page among all pages."""

    page: int
    limit: int
    has_next: bool = Field(description="whether another page follows")
    total_count: int = Field(
        description="how many items there are in all; if `total_is_exact` is false there are more than this"
    )
    total_is_exact: bool = Field(description=f"always true up to {COUNTED} items")

    @classmethod
    def of(cls, query: PageQuery, seen: int) -> "Pagination":
        """`seen`: how many of the items that the query looked at exist."""
        exact = seen < query.looked_at
        return cls(
            page=query.page,
            limit=query.limit,
            has_next=seen > query.limit,
            total_count=query.offset + (seen if exact else query.looked_at - 1),
            total_is_exact=exact,
        )
