"""Backend replicas as processes of their own, all with one database and one model."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import httpx

from api.tests.chat.conftest import Chat
from api.tests.conftest import JWT_SECRET
from app.core.config import Settings
from tests.support.groq_standin import KEY, Standin
from tests.support.serving import Process, process


@contextlib.contextmanager
def replica(settings: Settings, groq: Standin, log: Path, **environment: str) -> Iterator[Process]:
    common = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "JWT_SECRET": JWT_SECRET,
        "GROQ_API_KEY": KEY,
        "GROQ_BASE_URL": groq.url,
        "DRAIN_SECONDS": "0",
    }
    with process(common | environment, log) as server:
        yield server


def talk(server: Process, chat: Chat) -> Chat:
    return Chat(
        httpx.Client(base_url=f"{server.url}/api/v1", headers=chat.http.headers, timeout=30, trust_env=False)
    )
