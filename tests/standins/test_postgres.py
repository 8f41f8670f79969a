"""The PostgreSQL stand-in's entrypoint, run by this machine's PostgreSQL: as strict as a hosted database."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.accounts import folder_for_all, server_account
from tests.support.ports import free_port

ENTRYPOINT = Path(__file__).resolve().parents[2] / "standins/postgres/entrypoint.sh"
PASSWORD = "canary-0123456789"
READY = "database system is ready to accept connections"


def programs() -> Path:
    """The newest PostgreSQL of this machine. Without one the tests fail; none is skipped."""
    beside_others = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    found = beside_others[-1] if beside_others else shutil.which("postgres")
    assert found, "no PostgreSQL on this machine: apt-get install postgresql"
    return Path(found).parent


class Server:
    """The entrypoint as a process of an account that is not root, on a port of its own.

    `folder` is one that this account may enter, and the entrypoint is copied there: in an image everyone may read it.
    """

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        self.data = self.home / "data"
        self.log = folder / "log"
        self.port = free_port()
        self.entrypoint = folder / ENTRYPOINT.name
        shutil.copyfile(ENTRYPOINT, self.entrypoint)
        self.entrypoint.chmod(0o644)

    def start(self, password: str = PASSWORD) -> None:
        user = server_account()
        for folder in (self.home, *self.home.glob("data.new")):
            os.chown(folder, user.pw_uid, user.pw_gid)
        account: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid} if os.geteuid() == 0 else {}
        with self.log.open("wb") as sink:
            self.process = subprocess.Popen(
                ["sh", self.entrypoint],
                env={
                    "PATH": f"{programs()}:{os.defpath}",
                    "PGDATA": str(self.data),
                    "PGPORT": str(self.port),
                    "POSTGRES_PASSWORD": password,
                },
                cwd="/",
                stdout=sink,
                stderr=sink,
                start_new_session=True,
                **account,
            )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        while READY not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def kill(self) -> None:
        """Kill the server and its children."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)

    def stop(self) -> float:
        """Stop like the kubelet with this image. Returns the seconds that it took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)
        return time.monotonic() - started

    def connect(
        self, user: str = "todo", password: str = PASSWORD, tls: str = "require"
    ) -> psycopg.Connection:
        url = f"postgresql://{user}:{password}@127.0.0.1:{self.port}/todo?sslmode={tls}"
        connection = psycopg.connect(url)
        connection.autocommit = True
        return connection


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with folder_for_all() as folder:
        running = Server(folder)
        (running.home / "data.new").mkdir()  # what an interrupted first start leaves
        running.start()
        running.wait_until_ready()
        yield running
        if running.process.poll() is None:
            running.stop()


def one(server: Server, statement: str) -> tuple[object, ...]:
    connection = server.connect()
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            row = cursor.fetchone()
            assert row is not None
            return row
    finally:
        connection.close()


def test_tls_and_scram_are_what_a_client_gets(server: Server) -> None:
    assert one(server, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") == (True,)
    assert one(server, "SHOW password_encryption") == ("scram-sha-256",)
    rules = (server.data / "pg_hba.conf").read_text().split("\n")
    assert [rule.split()[-1] for rule in rules if rule] == ["peer", "scram-sha-256"]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"tls": "disable"}, "no encryption"),
        ({"password": "wrong"}, "password authentication failed"),
        ({"user": "postgres"}, "no pg_hba.conf entry"),
    ],
)
def test_weaker_connections_are_refused(server: Server, options: dict[str, str], complaint: str) -> None:
    with pytest.raises(psycopg.OperationalError, match=complaint):
        server.connect(**options)


def test_the_role_owns_its_database_and_nothing_else(server: Server) -> None:
    assert one(
        server, "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = 'todo'"
    ) == (False,)
    assert one(
        server, "SELECT pg_catalog.pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'todo'"
    ) == ("todo",)


def test_text_compares_as_in_a_hosted_database(server: Server) -> None:
    assert one(server, "SELECT 'ÄPFEL' ILIKE 'äpfel'") == (True,)
    assert one(server, "SHOW timezone") == ("UTC",)


def test_there_is_room_for_ten_replicas_and_a_surge(server: Server) -> None:
    assert one(server, "SHOW max_connections") == ("120",)


def test_the_password_is_in_no_argument_environment_or_log(server: Server) -> None:
    process = Path(f"/proc/{server.process.pid}")
    for place in (process / "cmdline", process / "environ", server.log):
        assert PASSWORD.encode() not in place.read_bytes()
    assert b"postgres\0-D\0" in (process / "cmdline").read_bytes()  # PID 1 is PostgreSQL, not a shell


def test_no_value_of_a_statement_is_logged(server: Server) -> None:
    """Neither of a failed statement nor of a cancelled one, but the log names each failure."""
    canary = "canary-typed-by-a-person"
    connection = server.connect()
    with psycopg.ClientCursor(connection) as cursor:  # puts the values into the statement
        cursor.execute("CREATE TABLE people (email text UNIQUE, hash text CHECK (length(hash) > 3))")
        cursor.execute("INSERT INTO people VALUES (%s, 'hash')", (canary,))
        with pytest.raises(psycopg.errors.UniqueViolation):
            cursor.execute("INSERT INTO people VALUES (%s, %s)", (canary, f"{canary}-hash"))
        with pytest.raises(psycopg.errors.CheckViolation):  # its DETAIL is the whole row
            cursor.execute("INSERT INTO people VALUES (%s, 'x')", (f"{canary}-other",))
        cursor.execute("SET statement_timeout = 100")
        with pytest.raises(psycopg.errors.QueryCanceled):
            cursor.execute("SELECT pg_sleep(60), %s", (canary,))
        with pytest.raises(psycopg.errors.SyntaxError):
            cursor.execute(f"SELECT '{canary}' FROM")
    connection.close()
    log = server.log.read_text()
    assert "duplicate key value violates unique constraint" in log
    assert "violates check constraint" in log
    assert "canceling statement due to statement timeout" in log
    assert canary not in log


def test_a_restart_keeps_the_data_and_does_not_wait_for_clients(server: Server) -> None:
    client = server.connect()
    client.cursor().execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)")
    assert server.stop() < 5
    server.start()
    server.wait_until_ready()
    assert one(server, "SELECT id FROM kept") == (1,)


@pytest.mark.parametrize("password", ["", "it's", "a b"])
def test_a_password_that_sql_would_misread_is_refused(password: str) -> None:
    with folder_for_all() as folder:
        refused = Server(folder)
        refused.start(password)
        assert refused.process.wait(timeout=10) == 1
        assert "python3 -m dev secret" in refused.log.read_text()


@contextmanager
def running_as_the_server() -> Iterator[int]:
    """The number of some other process of the server's account."""
    user = server_account()
    account: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid} if os.geteuid() == 0 else {}
    with subprocess.Popen(["sleep", "60"], **account) as process:
        try:
            yield process.pid
        finally:
            process.kill()


@pytest.fixture
def another() -> Iterator[Server]:
    with folder_for_all() as folder:
        server = Server(folder)
        yield server
        if server.process.poll() is None:
            server.kill()


@pytest.mark.parametrize("interrupted_after", [0.05, 0.4, 1.0, 1.6])
def test_an_interrupted_first_start_leaves_no_half_database(
    another: Server, interrupted_after: float
) -> None:
    another.start()
    time.sleep(interrupted_after)
    another.kill()
    another.start()
    another.wait_until_ready()
    assert one(another, "SELECT current_database(), current_user") == ("todo", "todo")


def test_data_outlive_a_crash_and_a_new_password(another: Server) -> None:
    another.start()
    another.wait_until_ready()
    another.connect().cursor().execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)")
    another.kill()
    # In a container, process 1 wrote the lock file, and in the next one the entrypoint itself is process 1.
    lock_file = another.data / "postmaster.pid"
    lines = lock_file.read_text().splitlines()
    with running_as_the_server() as pid:
        lock_file.write_text("\n".join([str(pid), *lines[1:]]) + "\n")
        another.start("another-password")
        another.wait_until_ready()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        another.connect()
    with another.connect(password="another-password") as connection:
        assert connection.execute("SELECT id FROM kept").fetchone() == (1,)
    assert "another-password" not in another.log.read_text()


def test_a_new_server_waits_until_the_old_one_has_ended(another: Server) -> None:
    """Both are process 1 of their containers, so PostgreSQL's own lock file would not stop the second one."""
    another.start()
    another.wait_until_ready()
    first = another.process
    another.log = another.log.with_name("second")
    another.start()
    time.sleep(1.5)
    assert another.process.poll() is None
    assert another.log.read_text() == ""
    first.send_signal(signal.SIGINT)
    another.wait_until_ready()
    assert first.wait(timeout=10) == 0


def test_data_of_another_major_version_are_refused(another: Server) -> None:
    another.start()
    another.wait_until_ready()
    another.stop()
    version = another.data / "PG_VERSION"
    version.write_text("9\n")
    another.start()
    assert another.process.wait(timeout=10) == 1
    assert "make down" in another.log.read_text()
