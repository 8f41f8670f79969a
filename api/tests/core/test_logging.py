"""The log of a server as it runs in a pod: JSON lines, one a request, no secrets."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.support.postgres import PASSWORD, Cluster
from tests.support.serving import JWT_SECRET, Process, process

CANARIES = (PASSWORD, JWT_SECRET, "canary-user-password", "canary-title", "canary-query")


@pytest.fixture(scope="module")
def server(cluster: Cluster, app: FastAPI, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    environment = {"DATABASE_URL": cluster.url(), "JWT_SECRET": JWT_SECRET, "APP_VERSION": "1.2.3"}
    log = tmp_path_factory.mktemp("server") / "log"
    with process(environment | {"DRAIN_SECONDS": "0"}, log) as running:
        _use(running.url)
        running.wait_for_log("login 401")
        yield running


def _use(url: str) -> None:
    with httpx.Client(base_url=url) as client:
        body = {"email": "log@example.com", "password": "canary-user-password"}
        session = client.post("/api/v1/auth/register", json=body).json()
        client.headers["Authorization"] = f"Bearer {session['access_token']}"
        client.post("/api/v1/tasks", json={"title": "canary-title"}, headers={"X-Request-ID": "trace-1"})
        client.get("/api/v1/tasks", params={"q": "canary-query"})
        client.get("/docs")
        client.get("/health/db")
        client.post("/api/v1/auth/login", json=body | {"password": "canary-user-password-wrong"})


def entries(server: Process) -> list[dict[str, Any]]:
    return [json.loads(line) for line in server.log.read_text().splitlines()]


def test_every_line_is_json_with_the_same_head(server: Process) -> None:
    for entry in entries(server):
        assert entry.keys() >= {"time", "level", "logger", "message", "pod"}
        assert entry["level"] in ("INFO", "WARNING")


def test_one_line_a_request(server: Process) -> None:
    requests = [entry for entry in entries(server) if entry["logger"] == "app.request"]
    assert [
        (entry["method"], entry["path"], entry["status"])
        for entry in requests
        if entry["path"] != "/health/live"
    ] == [
        ("POST", "/api/v1/auth/register", 201),
        ("POST", "/api/v1/tasks", 201),
        ("GET", "/api/v1/tasks", 200),
        ("GET", "/health/db", 200),
        ("POST", "/api/v1/auth/login", 401),
    ]
    created = requests[1]
    assert created["request_id"] == "trace-1"
    assert len(created["user_id"]) == 36
    assert 0 < created["duration_ms"] < 10_000


def test_start_and_connection_are_told(server: Process) -> None:
    messages = {entry["message"]: entry for entry in entries(server)}
    assert messages["started"]["version"] == "1.2.3"
    assert messages["started"]["database"] == "127.0.0.1"
    assert messages["connected to the database"]["tls"] is True


def test_no_secret_and_no_content_in_the_log(server: Process) -> None:
    log = server.log.read_text()
    assert "/api/v1/tasks" in log
    assert [canary for canary in CANARIES if canary in log] == []


def test_the_log_ends_with_the_end(server: Process) -> None:
    server.popen.terminate()
    server.popen.wait(timeout=10)
    assert [entry["message"] for entry in entries(server)].count("stopped") == 1


def test_an_error_is_logged_with_its_traceback(cluster: Cluster, app: FastAPI, tmp_path: Path) -> None:
    """The tables of this database are missing: an unforeseen error, with SQL in its text."""
    cluster.create_database("empty")
    environment = {"DATABASE_URL": cluster.url("empty"), "JWT_SECRET": JWT_SECRET, "DRAIN_SECONDS": "0"}
    with process(environment, tmp_path / "log") as running:
        running.wait_for_log(
            "connected to the database"
        )  # else the request may open the connection, and log that
        body = {"email": "canary-email@example.com", "password": "canary-user-password"}
        answer = httpx.post(
            f"{running.url}/api/v1/auth/register", json=body, headers={"X-Request-ID": "trace-2"}
        )
        assert answer.status_code == 500
        assert "users" not in answer.text
        running.wait_for_log("register 500")
        failed = [entry for entry in entries(running) if entry.get("request_id") == "trace-2"]
    assert [entry["level"] for entry in failed] == ["ERROR", "ERROR"]
    assert "Traceback" in failed[0]["exception"]
    assert "UndefinedTable" in failed[0]["exception"]
    assert failed[1]["status"] == 500
    for secret in (*CANARIES, "canary-email", "argon2id"):
        assert secret not in json.dumps(failed)
