"""Route of /api/v1/tags."""

from http import HTTPStatus

from fastapi import APIRouter

from app.auth.deps import UserId
from app.core.deps import DatabaseDep
from app.core.errors import problems
from app.tags import service
from app.tags.schemas import TagList

router = APIRouter(prefix="/tags", tags=["tags"], responses=problems(HTTPStatus.UNAUTHORIZED))


@router.get("", summary="List tags")
def list_tags(user_id: UserId, database: DatabaseDep) -> TagList:
    """The tags in use, the most used first; at most 500."""
    with database.read() as session:
        return service.list_tags(session, user_id)
