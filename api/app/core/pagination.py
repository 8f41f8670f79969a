"""Pages of a list: every list of this API is bounded."""

from pydantic import Field

from app.core.fields import RequestModel, ResponseModel


class PageQuery(RequestModel):
    """Which page. The bound on `page` keeps the offset well inside PostgreSQL's bigint."""

    page: int = Field(default=1, ge=1, le=1_000_000)
    limit: int = Field(default=50, ge=1, le=100)

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.limit


class Pagination(ResponseModel):
    """The position of this page among all pages."""

    page: int
    limit: int
    total_count: int
    page_count: int

    @classmethod
    def of(cls, query: PageQuery, total_count: int) -> "Pagination":
        page_count = -(-total_count // query.limit)
        return cls(page=query.page, limit=query.limit, total_count=total_count, page_count=page_count)
