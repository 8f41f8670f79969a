"""A user of the assistant, and backend replicas that answer."""

import contextlib
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from app.core.config import Settings
from tests.support.groq_standin import KEY, Standin
from tests.support.serving import JWT_SECRET, Process, process


@dataclass
class Said:
    """An answer, read from the event stream."""

    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    comments: int = 0

    @property
    def text(self) -> str:
        return "".join(event["delta"] for event in self.all("text"))

    @property
    def names(self) -> list[str]:
        """The names of the events, with consecutive text events as one."""
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


def read_events(response: httpx.Response, on_event: Callable[[str], None] = lambda _: None) -> Said:
    """The stream to its end; `on_event` is called with the name of each event as it arrives."""
    said, name = Said(), ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            said.events.append((name, json.loads(line.removeprefix("data: "))))
            on_event(name)
        elif line.startswith(":"):
            said.comments += 1
    return said


ASKED_AFTER_LISTING = ["tool_started", "tool_finished", "tool_started", "needs_confirmation", "text", "done"]
"""The events of an answer that lists tasks and then asks for confirmation."""


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
