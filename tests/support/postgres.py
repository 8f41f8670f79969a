"""A private PostgreSQL for the tests, with TLS and SCRAM like a hosted one, a free port and a temporary folder."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ports import free_port

PASSWORD = "canary-password-4711"
_SPEED = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "shared_buffers=32MB")


class Cluster:
    """A running server that a test may stop, start and freeze."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._binaries = binaries
        self._folder = folder
        self.data = folder / "data"
        self._server: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.public_port = self.port  # another one behind a pooler

    @property
    def is_pooled(self) -> bool:
        """Whether the application connects to a pooler, which may work while the server does not."""
        return self.public_port != self.port

    def url(self, database: str = "todo") -> str:
        """The URL that the application uses."""
        return f"postgresql://todo:{PASSWORD}@127.0.0.1:{self.public_port}/{database}?sslmode=require"

    def direct_url(self) -> str:
        """The server's own URL, even if the application uses a pooler."""
        return f"postgresql://todo:{PASSWORD}@127.0.0.1:{self.port}/todo?sslmode=require"

    def log(self) -> str:
        """What the server has logged, by its own defaults."""
        return (self._folder / "log").read_text()

    def create(self) -> None:
        password_file = self._folder / "password"
        password_file.write_text(PASSWORD)
        give_away(self._folder)
        initdb = [str(self._binaries / "initdb"), "-D", str(self.data), "--no-sync", "-U", "todo"]
        _run(as_postgres(*initdb, "-A", "scram-sha-256", f"--pwfile={password_file}"), cwd=self._folder)
        _run(
            "openssl req -new -x509 -nodes -days 2 -subj /CN=localhost -newkey ec -pkeyopt ec_paramgen_curve:P-256"
            f" -keyout {self.data}/server.key -out {self.data}/server.crt".split()
        )
        self.data.joinpath("server.key").chmod(0o600)
        give_away(self.data)
        settings = [
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self._folder}",
            "ssl=on",
            *_SPEED,
        ]
        with self.data.joinpath("postgresql.conf").open("a") as conf:
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
        """The kernel ends the server with this process, so an interrupted run leaves no server behind."""
        command = as_postgres("--pdeathsig=INT", str(self._binaries / "postgres"), "-D", str(self.data))
        with self._folder.joinpath("log").open("a") as log:
            self._server = subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)
        ready = [str(self._binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        deadline = time.monotonic() + 30
        while subprocess.run(ready, check=False).returncode != 0:
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL does not start: {self._folder.joinpath('log').read_text()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Fast: connections are cut, nothing is lost."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            self._server.wait(timeout=30)

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Simulates a hung node: the kernel still accepts packets, but no process answers."""
        assert self._server is not None
        postmaster = self._server.pid
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
        cluster.stop()
        shutil.rmtree(folder)


def as_postgres(*command: str) -> list[str]:
    """PostgreSQL refuses to run as root, so root runs it under the Debian package's account."""
    account = ["--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *account, *command]


def give_away(folder: Path) -> None:
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        for path in (folder, *folder.rglob("*")):
            os.chown(path, account.pw_uid, account.pw_gid)


def _run(command: list[str], cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stderr}")
