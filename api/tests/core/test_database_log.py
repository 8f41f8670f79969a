"""Nothing that a user typed, and no password's hash, is in PostgreSQL's own log, whatever fails, by its defaults."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest
from pydantic import SecretStr

from app.core.config import Settings
from app.core.db.connection import PatientConnection
from app.factory import create_app
from tests.support.postgres import Cluster
from tests.support.serving import serving

pytestmark = pytest.mark.slow

CANARY = "canarytext"
PASSWORD = "canarypassword"
FORBIDDEN = (CANARY, PASSWORD, "argon2")
TABLES = ("users", "tasks", "chat_turns", "login_attempts")
ACCOUNT = {"email": f"{CANARY}@example.com", "password": PASSWORD, "name": CANARY}
CHAT = {
    "message": f"add {CANARY}",
    "client_message_id": "0d1f2e3c-0000-4000-8000-000000000000",
    "time_zone": "UTC",
}
Requests = list[Callable[[], httpx.Response]]


@pytest.fixture
def client(settings: Settings, app: object, cluster: Cluster) -> Iterator[httpx.Client]:
    """Logged in to an account whose every field is a canary, with an assistant that nobody reaches."""
    assistant = {"groq_api_key": SecretStr("gsk_x"), "groq_base_url": "http://127.0.0.1:9"}
    with serving(create_app(settings.model_copy(update=assistant))) as url:
        session = httpx.post(f"{url}/api/v1/auth/register", json=ACCOUNT).raise_for_status().json()
        headers = {"Authorization": f"Bearer {session['access_token']}"}
        with httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=20) as client:
            yield client
    run(cluster, "DELETE FROM users WHERE name = %s", CANARY)


def run(cluster: Cluster, statement: str, *parameters: str) -> None:
    with psycopg.connect(cluster.direct_url()) as connection:
        connection.execute(statement, parameters or None)


def typed(client: httpx.Client) -> Requests:
    """Everything that carries text."""
    task = {"title": CANARY, "notes": CANARY, "tags": [CANARY]}
    return [
        lambda: client.post("/auth/register", json=ACCOUNT | {"email": f"{CANARY}2@example.com"}),
        lambda: client.post("/auth/login", json={"email": ACCOUNT["email"], "password": PASSWORD}),
        lambda: client.post("/tasks", json=task),
        lambda: client.get("/tasks", params={"q": CANARY, "tag": CANARY}),
        lambda: client.post("/chat", json=CHAT, headers={"Accept": "application/json"}),
    ]


@contextlib.contextmanager
def locked(cluster: Cluster) -> Iterator[None]:
    """All statements that carry text wait."""
    with psycopg.connect(cluster.direct_url()) as connection:
        connection.execute(f"LOCK TABLE {', '.join(TABLES)}")
        yield
        connection.rollback()


@pytest.fixture
def logged(cluster: Cluster) -> Callable[[], str]:
    """What PostgreSQL has logged since the test began."""
    before = len(cluster.log())

    def logged() -> str:
        time.sleep(0.3)  # it writes behind the answer
        return cluster.log()[before:]

    return logged


def assert_clean(log: str, *expected: str) -> None:
    """`expected` shows that it failed as the test wanted, and that this log has what fails."""
    for words in expected:
        assert words in log, log
    for words in FORBIDDEN:
        assert words not in log, [line for line in log.splitlines() if words in line]


def test_an_address_that_is_taken(client: httpx.Client, logged: Callable[[], str]) -> None:
    assert client.post("/auth/register", json=ACCOUNT).status_code == 409
    assert_clean(logged())
    assert "ERROR" not in logged()


def test_a_deleted_account(client: httpx.Client, cluster: Cluster, logged: Callable[[], str]) -> None:
    run(cluster, "DELETE FROM users WHERE name = %s", CANARY)
    _, _, create, find, chat = typed(client)
    assert [each().status_code for each in (create, find, chat)] == [401, 200, 401]
    assert_clean(logged())


def test_the_time_is_up(client: httpx.Client, cluster: Cluster, logged: Callable[[], str]) -> None:
    with locked(cluster), ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda ask: ask().status_code, typed(client)))
    assert answers == [503] * len(answers)
    assert_clean(logged(), "canceling statement due to user request", "INSERT INTO tasks", "$1")


def test_the_cancel_request_gets_lost(
    client: httpx.Client, cluster: Cluster, logged: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The application leaves, and the server runs into its own timeout."""
    monkeypatch.setattr(PatientConnection, "cancel_safe", lambda *_, **__: None)
    with locked(cluster), ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda ask: ask().status_code, typed(client)))
        time.sleep(1)
    assert answers == [503] * len(answers)
    assert_clean(logged(), "canceling statement due to statement timeout", "INSERT INTO tasks")


def test_the_client_leaves(client: httpx.Client, cluster: Cluster, logged: Callable[[], str]) -> None:
    client.timeout = httpx.Timeout(0.3)

    def ask(request: Callable[[], httpx.Response]) -> None:
        with pytest.raises(httpx.TimeoutException):
            request()

    with locked(cluster), ThreadPoolExecutor() as pool:
        list(pool.map(ask, typed(client)))
        time.sleep(3)
    assert_clean(logged(), "canceling statement due to user request")


def test_the_connection_is_lost_in_a_statement(
    client: httpx.Client, cluster: Cluster, logged: Callable[[], str]
) -> None:
    end = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND state = 'active' AND query !~ 'LOCK' AND backend_type = 'client backend'"
    )
    with locked(cluster), ThreadPoolExecutor() as pool:
        ending = threading.Timer(0.7, run, (cluster, end))
        ending.start()
        answers = list(pool.map(lambda ask: ask().status_code, typed(client)))
        ending.join()
    assert answers == [503] * len(answers)
    assert_clean(logged(), "terminating connection due to administrator command", "INSERT INTO tasks")


def test_the_server_stops(client: httpx.Client, cluster: Cluster, logged: Callable[[], str]) -> None:
    with locked_until_stopped(cluster), ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda ask: ask().status_code, typed(client)))
    assert answers == [503] * len(answers)
    assert_clean(logged(), "terminating connection due to administrator command")


@contextlib.contextmanager
def locked_until_stopped(cluster: Cluster) -> Iterator[None]:
    stopping = threading.Timer(0.7, cluster.stop)
    with contextlib.suppress(psycopg.OperationalError), locked(cluster):
        stopping.start()
        yield
    stopping.join()
    cluster.start()


def test_the_control_a_statement_that_carries_its_text_is_in_the_log(
    cluster: Cluster, logged: Callable[[], str]
) -> None:
    with pytest.raises(psycopg.Error):
        run(cluster, "SELECT 'canarytext' FROM nowhere")
    with pytest.raises(AssertionError):
        assert_clean(logged())
