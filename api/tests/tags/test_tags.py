"""GET /tags."""

import httpx


def test_counts_live_tasks_and_sorts_by_use(ann: httpx.Client, bob: httpx.Client) -> None:
    for tags in (["home", "urgent"], ["home"], ["gone"]):
        task = ann.post("/tasks", json={"title": "x", "tags": tags}).json()
    ann.delete(f"/tasks/{task['id']}")
    bob.post("/tasks", json={"title": "x", "tags": ["bob's"]})
    assert ann.get("/tags").json() == {
        "items": [{"name": "home", "count": 2}, {"name": "urgent", "count": 1}]
    }


def test_needs_a_token(client: httpx.Client) -> None:
    assert client.get("/api/v1/tags").status_code == 401
