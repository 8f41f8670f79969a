"""What `make up` reports about a DATABASE_URL, with real servers: PostgreSQL with TLS and SCRAM, and worse ones."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import psycopg
import pytest

from dev.base.failure import Failure
from dev.env import database
from tests.support.postgres import PASSWORD, Cluster, private_cluster


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with private_cluster() as cluster:
        yield cluster


@contextlib.contextmanager
def server(answer: bytes) -> Iterator[str]:
    """The URL of a server that accepts and sends just this, or nothing if it is empty."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(8)
                connection.sendall(answer)
                with contextlib.suppress(ConnectionResetError):
                    connection.recv(1024)

        threading.Thread(target=serve, daemon=True).start()
        yield f"postgresql://u:{PASSWORD}@127.0.0.1:{listener.getsockname()[1]}/d?sslmode=require"


def refused(url: str) -> Failure:
    """The refusal, which contains no part of the URL."""
    with pytest.raises(Failure) as caught:
        database.check(url)
    said = str(caught.value)
    assert caught.value.remedy
    assert PASSWORD not in said and "127.0.0.1" not in said and "postgresql://" not in said
    return caught.value


def test_a_good_url_reports_server_and_encryption(cluster: Cluster) -> None:
    version = int(cluster._binaries.parent.name)
    assert database.check(cluster.url()) == f"logged in over TLSv1.3, PostgreSQL {version}"


def test_the_users_own_settings_of_libpq_do_not_matter(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c default_transaction_read_only=on")
    monkeypatch.setenv("PGSSLCERT", "/nowhere")
    assert database.check(cluster.url()).startswith("logged in")


def test_a_wrong_password(cluster: Cluster) -> None:
    failure = refused(cluster.url().replace(PASSWORD, PASSWORD + "x"))
    assert failure.message == "user or password is wrong"


def test_a_wrong_database(cluster: Cluster) -> None:
    assert refused(cluster.url("nothing")).message == "the server has no such database"


def test_a_certificate_that_cannot_be_verified(cluster: Cluster) -> None:
    url = cluster.url().replace("sslmode=require", "sslmode=verify-full")
    assert refused(url).message == "its TLS certificate can't be verified"


@pytest.fixture
def reader(cluster: Cluster) -> Iterator[str]:
    """The URL of a user who owns nothing."""
    with psycopg.connect(cluster.url()) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
    connection.close()
    yield cluster.url().replace("//todo:", "//reader:")
    with psycopg.connect(cluster.url()) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS foreign_one")
        cursor.execute("REVOKE ALL ON SCHEMA public FROM reader")
        cursor.execute("DROP ROLE reader")
    connection.close()


def execute(cluster: Cluster, statement: str) -> None:
    with psycopg.connect(cluster.url()) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def test_a_user_without_rights(cluster: Cluster, reader: str) -> None:
    assert refused(reader).message == "the user may not create or change tables in schema public"


def test_a_user_who_does_not_own_the_tables(cluster: Cluster, reader: str) -> None:
    execute(cluster, "GRANT CREATE ON SCHEMA public TO reader")
    assert database.check(reader).startswith("logged in")
    execute(cluster, "CREATE TABLE foreign_one ()")
    assert refused(reader).message == "the user may not create or change tables in schema public"


def test_a_replica(cluster: Cluster, reader: str) -> None:
    execute(cluster, "ALTER ROLE reader SET default_transaction_read_only = on")
    assert refused(reader).message == "the database can only be read"


def test_an_old_server(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "OLDEST", 99)
    assert refused(cluster.url()).remedy == "use 99 or newer"


def test_no_server() -> None:
    with socket.socket() as taken:  # bound, not listening
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        failure = refused(f"postgresql://u:{PASSWORD}@127.0.0.1:{port}/d?sslmode=require")
    assert failure.message == "nothing listens on its host and port"


def test_no_such_host() -> None:
    failure = refused(f"postgresql://u:{PASSWORD}@nowhere.invalid/d?sslmode=require")
    assert failure.message == "its host name is not known"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"N", "the server speaks no TLS, but the URL demands it"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "what answers there is no PostgreSQL"),
        (b"S and no TLS at all", "TLS failed: "),
    ],
    ids=["no-tls", "http", "half-tls"],
)
def test_another_program_answers(answer: bytes, message: str) -> None:
    with server(answer) as url:
        assert refused(url).message.startswith(message)


def test_no_one_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "TIMEOUT", 0.3)
    with server(b"") as url:
        assert refused(url).message == "its host does not answer"


@pytest.mark.parametrize(("address", "warned"), [("127.0.0.1", True), ("0.0.0.0", False)])  # noqa: S104
def test_a_server_that_listens_for_this_machine_only_is_named(address: str, warned: bool) -> None:
    with socket.create_server((address, 0)) as server:
        port = server.getsockname()[1]
        said = database.check(f"postgresql://u:p@{database.FROM_PODS}:{port}/d?sslmode=disable")
    assert ("listen_addresses" in said and str(port) in said) == warned


def test_a_name_of_the_loopback_interface_is_refused_before_pods_crash() -> None:
    with pytest.raises(Failure, match="loopback address") as caught:
        database.require_visible_to_pods("postgresql://u:p@localhost/d?sslmode=disable")
    assert caught.value.remedy == "write host.minikube.internal instead"


def test_the_pods_name_of_this_machine_is_not_asked() -> None:
    url = f"postgresql://u:{PASSWORD}@{database.FROM_PODS}/d?sslmode=require"
    assert database.check(url).startswith("not checked")


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ('FATAL:  role "u" does not exist', "user or password is wrong"),
        ("ERROR:  The endpoint has been disabled. Enable it using API and retry.", "no such endpoint"),
        ("ERROR:  The requested endpoint could not be found", "no such endpoint"),
        ("FATAL:  sorry, too many connections already", "no connection left"),
        ("FATAL:  remaining connection slots are reserved for roles", "no connection left"),
        (
            'FATAL:  no pg_hba.conf entry for host "1.2.3.4", user "u", SSL encryption',
            "does not admit this user",
        ),
        ("connection to server failed: timeout expired", "takes too long"),
        ("something new", "refuses the login"),
    ],
)
def test_server_errors_are_translated(said: str, meaning: str) -> None:
    assert meaning in database._refusal(said).message


def test_a_missing_driver_is_reported(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_driver", lambda: None)
    assert database.check(cluster.url()).startswith("reachable over TLSv1.3; login not checked")
