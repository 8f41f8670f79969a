"""Routes of /health. Only /health/db asks the database: a probe must not keep a hosted one awake."""

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool

from app.core.deps import DatabaseDep
from app.core.errors import Problem
from app.core.fields import ResponseModel
from app.core.shutdown import shutdown

router = APIRouter(prefix="/health", tags=["health"])
PROBED = frozenset({"/health/live", "/health/ready"})


class Health(ResponseModel):
    status: Literal["ok"]


@router.get("/live", summary="Is the process alive?")
async def get_live() -> Health:
    """The process answers."""
    return Health(status="ok")


@router.get("/ready", summary="Does the process take requests?")
async def get_ready() -> Health:
    """503 while the process drains before it stops.

    Stays 200 while the database is down: otherwise every replica would leave the Service, and none would be left to
    answer 503 with a reason.
    """
    if shutdown.draining:
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "This replica is about to stop.")
    return Health(status="ok")


@router.get("/db", summary="Does the database answer?")
async def get_database_health(database: DatabaseDep) -> Health:
    """One query; 503 if it fails. For people, not for probes."""
    await run_in_threadpool(database.ping)
    return Health(status="ok")
