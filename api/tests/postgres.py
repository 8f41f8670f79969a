"""A private PostgreSQL for the tests: TLS and SCRAM like the hosted one, a free port, a temporary folder."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

PASSWORD = "canary-password-4711"
_SPEED = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "shared_buffers=32MB")


class Cluster:
    """A running server that a test may stop, start and freeze."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._binaries = binaries
        self._folder = folder
        self._data = folder / "data"
        with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as free:
            self.port: int = free.getsockname()[1]

    def url(self, database: str = "todo") -> str:
        return f"postgresql://todo:{PASSWORD}@127.0.0.1:{self.port}/{database}?sslmode=require"

    def create(self) -> None:
        password_file = self._folder / "password"
        password_file.write_text(PASSWORD)
        _give_away(self._folder)
        self._run("initdb", "--no-sync", "-U", "todo", "-A", "scram-sha-256", f"--pwfile={password_file}")
        _run(
            "openssl req -new -x509 -nodes -days 2 -subj /CN=localhost -newkey ec -pkeyopt ec_paramgen_curve:P-256"
            f" -keyout {self._data}/server.key -out {self._data}/server.crt".split()
        )
        self._data.joinpath("server.key").chmod(0o600)
        _give_away(self._data)
        settings = [
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self._folder}",
            "ssl=on",
            *_SPEED,
        ]
        with self._data.joinpath("postgresql.conf").open("a") as conf:
            conf.writelines(
                f"{name} = '{value}'\n" for name, value in (item.split("=", 1) for item in settings)
            )
        self.start()
        self.create_database("todo")

    def create_database(self, name: str) -> None:
        environment = os.environ | {"PGPASSWORD": PASSWORD}
        address = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "todo"]
        _run([str(self._binaries / "createdb"), *address, name], env=environment)

    def start(self) -> None:
        self._run("pg_ctl", "-w", "-l", str(self._folder / "log"), "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-w", "-m", "fast", "stop")

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """The kernel still takes packets, but nobody answers: what a hung node looks like."""
        postmaster = int(self._data.joinpath("postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        pids = [postmaster, *map(int, children)]
        try:
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def _run(self, program: str, *arguments: str) -> None:
        _run(
            [*_as_postgres(), str(self._binaries / program), "-D", str(self._data), *arguments],
            cwd=self._folder,
        )


@contextlib.contextmanager
def private_cluster() -> Iterator[Cluster]:
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not binaries:
        pytest.fail("The tests need PostgreSQL's server programs: apt-get install postgresql", pytrace=False)
    folder = Path(tempfile.mkdtemp(prefix="todo-postgres-"))
    cluster = Cluster(binaries[-1].parent, folder)
    try:
        cluster.create()
        yield cluster
    finally:
        if folder.joinpath("data", "postmaster.pid").exists():
            cluster.stop()
        shutil.rmtree(folder)


def _as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root, so root lends it the account that the Debian package made."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def _give_away(folder: Path) -> None:
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        for path in (folder, *folder.rglob("*")):
            os.chown(path, account.pw_uid, account.pw_gid)


def _run(command: list[str], **options: object) -> None:
    """A server that a command leaves behind inherits its output, so that must not be a pipe: nobody would close it."""
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(command, stdout=output, stderr=output, check=False, **options)  # type: ignore[call-overload]
        if done.returncode:
            output.seek(0)
            raise RuntimeError(f"{command[0]} failed: {output.read().decode()}")
