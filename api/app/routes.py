"""The one list of routers. A new domain adds its router here, and its tables to `app.models`."""

from fastapi import APIRouter, FastAPI
from pydantic import BaseModel

import app.about.router
import app.auth.router
import app.chat.http.router
import app.health.router
import app.tags.router
import app.tasks.changes.router
import app.tasks.router
from app.chat.schemas import ChatEvents
from app.tasks.changes.schemas import ChangedSince
from app.tasks.schemas import StaleTask

ROUTERS = (
    app.auth.router.router,
    app.tasks.router.router,
    app.tasks.changes.router.router,
    app.tags.router.router,
    app.chat.http.router.router,
    app.about.router.router,
)
"""Served below /api/v1."""
UNVERSIONED = (app.health.router.router,)
"""Served from the root."""
NAMED_SCHEMAS: tuple[type[BaseModel], ...] = (ChatEvents, ChangedSince, StaleTask)
"""Schemas that a route refers to by name only; the OpenAPI document includes them."""


def install_routes(api: FastAPI) -> None:
    v1 = APIRouter(prefix="/api/v1")
    for router in ROUTERS:
        v1.include_router(router)
    api.include_router(v1)
    for router in UNVERSIONED:
        api.include_router(router)
