"""What this process says about itself. Only /health/db asks the database: a probe must not keep it awake."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool

from app.core.deps import DatabaseDep, SettingsDep
from app.core.errors import Problem
from app.core.fields import ResponseModel, UtcDatetime
from app.core.lifecycle import lifecycle

health = APIRouter(prefix="/health", tags=["health"])
about = APIRouter(tags=["health"])
_started_at = datetime.now(UTC)


class Health(ResponseModel):
    status: Literal["ok"]


class Standins(ResponseModel):
    """Which outside services a stand-in plays."""

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


@health.get("/live")
async def get_live() -> Health:
    """The process answers."""
    return Health(status="ok")


@health.get("/ready")
async def get_ready() -> Health:
    """The process takes requests; 503 when it is about to stop.

    Not while the database is out: every replica would go, and nobody would be left to answer 503 with a reason.
    """
    if lifecycle.draining:
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "This replica is about to stop.")
    return Health(status="ok")


@health.get("/db")
async def get_database_health(database: DatabaseDep) -> Health:
    """The database answers a query; 503 if not. For people, not for probes."""
    await run_in_threadpool(database.ping)
    return Health(status="ok")


@about.get("/about")
async def get_about(settings: SettingsDep) -> About:
    """Which replica this is."""
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
