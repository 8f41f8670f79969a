"""Dependencies of route handlers. Async on purpose: a plain function would run in a worker thread each time."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from app.core.config import Settings
from app.core.db.database import Database


async def get_database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def get_settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def get_now() -> datetime:
    """The time of the request; a dependency, so that a test can set it to the edge of a day."""
    return datetime.now(UTC)


DatabaseDep = Annotated[Database, Depends(get_database)]
SettingsDep = Annotated[Settings, Depends(get_settings)]
NowDep = Annotated[datetime, Depends(get_now)]
