"""The assistant behind a real server, with the Groq stand-in as a process of its own."""

from collections.abc import Iterator

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.chat.loop.agent import Limits
from app.chat.model.breaker import Breaker
from app.chat.model.groq_client import Patience
from app.chat.service import Assistant
from app.core.config import Settings
from app.factory import create_app
from tests.support.chat import Chat
from tests.support.groq_standin import KEY, Standin, running
from tests.support.serving import serving

PATIENCE = Patience(connect=1, read=1, call=1.5)


@pytest.fixture(scope="session")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standin]:
    with running(tmp_path_factory.mktemp("groq") / "log") as standin:
        yield standin


@pytest.fixture(scope="session")
def chat_settings(settings: Settings, standin: Standin) -> Settings:
    groq = {"groq_api_key": SecretStr(KEY), "groq_base_url": standin.url}
    return settings.model_copy(update=groq)


@pytest.fixture(scope="session")
def chat_app(app: FastAPI, chat_settings: Settings) -> FastAPI:
    """Another application on the same database: `app`, which migrated it, has no key."""
    return create_app(chat_settings)


@pytest.fixture(scope="session")
def chat_url(chat_app: FastAPI) -> Iterator[str]:
    with serving(chat_app) as url:
        yield f"{url}/api/v1"


@pytest.fixture(scope="session")
def hasty(chat_app: FastAPI, chat_settings: Settings) -> Assistant:
    """One with little patience, kept for all tests: making a TLS context takes longer than most of them."""
    state = chat_app.state
    return Assistant(chat_settings, state.database, state.keys, Limits(seconds=6), PATIENCE)


@pytest.fixture
def _fresh(settings: Settings, standin: Standin, chat_app: FastAPI, hasty: Assistant) -> None:
    """No conversation, no fault, a closed breaker."""
    standin.fault("")
    hasty.model.breaker = Breaker()
    chat_app.state.assistant = hasty
    with psycopg.connect(settings.database_url.get_secret_value()) as connection:
        connection.cursor().execute("TRUNCATE chat_turns CASCADE")
    connection.close()


@pytest.fixture
def chat(chat_url: str, ann: httpx.Client, _fresh: None) -> Iterator[Chat]:
    with httpx.Client(base_url=chat_url, headers=ann.headers, timeout=30) as http:
        yield Chat(http)


@pytest.fixture
def bobs(chat_url: str, bob: httpx.Client) -> Iterator[Chat]:
    with httpx.Client(base_url=chat_url, headers=bob.headers, timeout=30) as http:
        yield Chat(http)
