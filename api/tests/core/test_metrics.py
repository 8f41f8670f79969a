"""The metrics of a server as it runs in a pod: on a port of their own, true, and without a word about users."""

import re
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.parser import text_string_to_metric_families as parse

from app.chat.model.faults import Fault, unreachable
from app.core.config import Settings
from app.core.metrics.server import serving_metrics
from app.factory import create_app
from tests.support.ports import free_port
from tests.support.postgres import Cluster
from tests.support.serving import API, JWT_SECRET, Process, process

pytestmark = pytest.mark.slow

CANARIES = ("canary-email", "canary-title", "canary-query", "canary-path", "PURGE", "127.0.0.1")
Samples = dict[str, float]


def samples(text: str) -> Samples:
    """Each sample's value by its name and labels, as `name{label=value,…}` with the labels in order."""
    return {
        f"{each.name}{{{','.join(f'{key}={value}' for key, value in sorted(each.labels.items()))}}}": each.value
        for family in parse(text)
        for each in family.samples
    }


def scrape(port: int) -> Samples:
    return samples(httpx.get(f"http://127.0.0.1:{port}/metrics").raise_for_status().text)


def requests(found: Samples, method: str, route: str, status: int) -> float:
    return found.get(f"http_requests_total{{method={method},route={route},status={status}}}", 0)


def scraped_when(port: int, complete: Callable[[Samples], bool]) -> Samples:
    """A request is counted a moment after its answer."""
    deadline = time.monotonic() + 10
    while not complete(found := scrape(port)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def environment(cluster: Cluster, app: FastAPI, port: int) -> dict[str, str]:
    secrets = {"DATABASE_URL": cluster.url(), "JWT_SECRET": JWT_SECRET}
    return {**secrets, "METRICS_PORT": str(port), "DRAIN_SECONDS": "0"}


@pytest.fixture
def server(environment: dict[str, str], tmp_path: Path) -> Iterator[Process]:
    with process(environment, tmp_path / "log") as running:
        yield running


def use(url: str) -> uuid.UUID:
    """The id of a task that was made on the way."""
    with httpx.Client(base_url=url) as client:
        body = {"email": f"canary-email-{uuid.uuid4().hex}@example.com", "password": "correct horse"}
        session = client.post("/api/v1/auth/register", json=body).json()
        client.headers["Authorization"] = f"Bearer {session['access_token']}"
        task = uuid.UUID(client.post("/api/v1/tasks", json={"title": "canary-title"}).json()["id"])
        for id_ in (task, uuid.uuid4()):
            client.get(f"/api/v1/tasks/{id_}", params={"q": "canary-query"})
        client.get("/canary-path")
        client.get("/openapi.json")
        client.request("PURGE", "/api/v1/tasks")
        return task


def test_requests_are_counted_by_template_and_status(server: Process, port: int) -> None:
    use(server.url)
    found = scraped_when(port, lambda found: requests(found, "other", "/api/v1/tasks", 405) == 1)
    assert requests(found, "POST", "/api/v1/auth/register", 201) == 1
    assert requests(found, "POST", "/api/v1/tasks", 201) == 1
    assert requests(found, "GET", "/api/v1/tasks/{task_id}", 200) == 1
    assert requests(found, "GET", "/api/v1/tasks/{task_id}", 404) == 1
    assert requests(found, "GET", "other", 404) == 1
    assert requests(found, "other", "/api/v1/tasks", 405) == 1
    assert found["http_request_duration_seconds_count{method=GET,route=/api/v1/tasks/{task_id}}"] == 2
    assert 0 < found["http_request_duration_seconds_sum{method=POST,route=/api/v1/tasks}"] < 10
    assert found["http_requests_in_flight{}"] == 0
    assert found["process_resident_memory_bytes{}"] > 10_000_000


def test_parts_tell_their_state(server: Process, port: int) -> None:
    use(server.url)
    found = scrape(port)
    assert found["todo_draining{}"] == 0
    assert found["todo_database_connections{state=in_use}"] == 0
    assert 1 <= found["todo_database_connections{state=idle}"] <= found["todo_database_connections_limit{}"]
    assert found["todo_assistant_breaker{state=closed}"] == 1
    assert found["todo_assistant_breaker{state=open}"] == found["todo_assistant_answers_in_progress{}"] == 0


def test_the_document_lists_them_all(app: FastAPI) -> None:
    text = (API.parent / "docs/metrics.md").read_text()
    documented = {name.removesuffix("_total") for name in re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)}
    families = parse(generate_latest(app.state.metrics).decode())
    assert {found.name for found in families if not found.name.startswith("process_")} == documented


def test_nothing_of_the_users_is_in_it(server: Process, port: int) -> None:
    task = use(server.url)
    server.wait_for_log("PURGE")
    text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    assert "/api/v1/tasks/{task_id}" in text
    assert [each for each in (*CANARIES, str(task)) if each in text] == []


def test_the_port_of_the_api_has_no_metrics(server: Process) -> None:
    assert httpx.get(f"{server.url}/metrics").status_code == 404


def test_draining_shows(environment: dict[str, str], port: int, tmp_path: Path) -> None:
    with process(environment | {"DRAIN_SECONDS": "1"}, tmp_path / "log") as server:
        server.popen.terminate()
        time.sleep(0.2)
        assert scrape(port)["todo_draining{}"] == 1
        server.popen.wait(5)


def test_the_next_server_takes_the_port_while_the_one_before_ends(
    environment: dict[str, str], port: int, tmp_path: Path
) -> None:
    """As in the development server, where both have it for a moment."""
    with (
        process(environment, tmp_path / "first") as first,
        process(environment, tmp_path / "second") as second,
    ):
        first.popen.terminate()
        first.popen.wait(5)
        httpx.get(f"{second.url}/api/v1/about")
        second.wait_for_log("about 200")
        assert requests(scrape(port), "GET", "/api/v1/about", 200) == 1
        assert "no metrics" not in (tmp_path / "second").read_text()


def test_a_taken_port_blocks_nothing(environment: dict[str, str], port: int, tmp_path: Path) -> None:
    with (
        socket.create_server(("", port)),
        process(environment, tmp_path / "log") as server,
    ):
        assert httpx.get(f"{server.url}/health/ready").status_code == 200
        server.wait_for_log(f"no metrics: port {port}: Address already in use")


def test_without_a_port_nothing_listens(environment: dict[str, str], port: int, tmp_path: Path) -> None:
    with process(environment | {"METRICS_PORT": ""}, tmp_path / "log"), pytest.raises(httpx.ConnectError):
        scrape(port)


def test_a_silent_peer_does_not_block_scrapes() -> None:
    registry = CollectorRegistry()
    Gauge("answer", "Of all questions.", registry=registry).set(42)
    with serving_metrics(registry, 0) as port:
        assert port
        silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(10)]
        assert scrape(port) == {"answer{}": 42}
        for each in silent:
            each.close()


def test_the_breaker_shows(settings: Settings) -> None:
    """Three outages in a row open it; a further call is refused."""
    app = create_app(settings)
    breaker = app.state.assistant.model.breaker
    before = samples(generate_latest(app.state.metrics).decode())
    for _ in range(3):
        with pytest.raises(Fault), breaker.guard():
            raise unreachable("a test")
    with pytest.raises(Fault):
        breaker.check()
    found = samples(generate_latest(app.state.metrics).decode())
    assert before["todo_assistant_breaker{state=open}"] == 0
    assert found["todo_assistant_breaker{state=open}"] == 1
    assert found["todo_assistant_breaker{state=closed}"] == 0
    assert found["todo_assistant_breaker_opened_total{}"] == 1
    assert found["todo_assistant_calls_refused_total{}"] == 1
