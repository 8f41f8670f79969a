"""Tasks through the API: create one, list titles."""

from typing import Any

import httpx


def create(client: httpx.Client, **fields: Any) -> dict[str, Any]:
    answer = client.post("/tasks", json={"title": "Task", **fields})
    assert answer.status_code == 201, answer.text
    task: dict[str, Any] = answer.json()
    return task


def titles(client: httpx.Client, **query: Any) -> list[str]:
    answer = client.get("/tasks", params={"sort": "title", **query})
    assert answer.status_code == 200, answer.text
    return [task["title"] for task in answer.json()["items"]]
