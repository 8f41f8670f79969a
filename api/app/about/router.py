"""Route of /api/v1/about."""

from datetime import UTC, datetime
from typing import Literal

from fastapi import APIRouter

from app.core.deps import SettingsDep
from app.core.fields import ResponseModel, UtcDatetime

router = APIRouter(tags=["about"])
_started_at = datetime.now(UTC)


class Standins(ResponseModel):
    """Which outside services are played by a stand-in."""

    database: bool
    assistant: bool


class AssistantAbout(ResponseModel):
    """The language model behind the chat, and whether there is a key for it."""

    model: str
    configured: bool


class About(ResponseModel):
    """For a page's footer: which replica answers, and what it runs."""

    service: Literal["todo-api"]
    version: str
    pod: str
    started_at: UtcDatetime
    standins: Standins
    assistant: AssistantAbout


@router.get("/about", summary="Describe this replica")
async def get_about(settings: SettingsDep) -> About:
    """Which replica answers, and what it runs."""
    standins = Standins(
        database="database" in settings.todo_standins, assistant="assistant" in settings.todo_standins
    )
    return About(
        service="todo-api",
        version=settings.app_version,
        pod=settings.pod,
        started_at=_started_at,
        standins=standins,
        assistant=AssistantAbout(model=settings.groq_model, configured=settings.groq_api_key is not None),
    )
