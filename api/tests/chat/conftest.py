"""The assistant behind a real server, with the Groq stand-in as a process of its own."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg2
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.chat.loop.agent import Limits
from app.chat.model.breaker import Breaker
from app.chat.model.groq_client import Patience
from app.chat.service import Assistant
from app.core.config import Settings
from app.factory import create_app
from tests.support.groq_standin import KEY, Standin, running
from tests.support.serving import serving

PATIENCE = Patience(connect=1, read=1, call=1.5)


@dataclass
class Said:
    """An answer as the event stream told it."""

    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    comments: int = 0

    @property
    def text(self) -> str:
        return "".join(event["delta"] for event in self.all("text"))

    @property
    def names(self) -> list[str]:
        """Of the events, a run of text as one."""
        names = [name for name, _ in self.events]
        return [name for i, name in enumerate(names) if i == 0 or name != "text" or names[i - 1] != "text"]

    def all(self, name: str) -> list[dict[str, Any]]:
        return [event for each, event in self.events if each == name]

    def one(self, name: str) -> dict[str, Any]:
        (event,) = self.all(name)
        return event


class Chat:
    """One user, talking."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def body(self, message: str, id_: uuid.UUID | None = None, time_zone: str = "UTC") -> dict[str, str]:
        return {"message": message, "client_message_id": str(id_ or uuid.uuid4()), "time_zone": time_zone}

    def say(self, message: str, id_: uuid.UUID | None = None, time_zone: str = "UTC") -> Said:
        with self.http.stream("POST", "/chat", json=self.body(message, id_, time_zone)) as response:
            assert response.status_code == 200, response.read()
            assert response.headers["content-type"].startswith("text/event-stream")
            return read_events(response)

    def ask(self, message: str, id_: uuid.UUID | None = None, time_zone: str = "UTC") -> httpx.Response:
        """For all at once."""
        headers = {"Accept": "application/json"}
        return self.http.post("/chat", json=self.body(message, id_, time_zone), headers=headers)

    def tasks(self, **query: Any) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.http.get("/tasks", params=query).raise_for_status().json()["items"]
        return items

    def titles(self, **query: Any) -> set[str]:
        return {task["title"] for task in self.tasks(**query)}

    def add(self, *titles: str, **fields: Any) -> list[str]:
        made = [self.http.post("/tasks", json={"title": title, **fields}) for title in titles]
        return [response.raise_for_status().json()["id"] for response in made]

    def confirm(self, confirmation: dict[str, Any], approve: bool = True) -> httpx.Response:
        return self.http.post("/chat/confirm", json={"token": confirmation["token"], "approve": approve})


def read_events(response: httpx.Response) -> Said:
    said, name = Said(), ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            said.events.append((name, json.loads(line.removeprefix("data: "))))
        elif line.startswith(":"):
            said.comments += 1
    return said


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
    with psycopg2.connect(settings.database_url.get_secret_value()) as connection:
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
