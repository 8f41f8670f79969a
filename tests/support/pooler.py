"""PgBouncer in transaction mode in front of the tests' PostgreSQL, like a hosted database's pooled address.

A connection of the application is then no session: two transactions of its own may run on two server connections.
"""

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ports import free_port
from tests.support.postgres import PASSWORD, Cluster, as_postgres, give_away

PROGRAM = "/usr/sbin/pgbouncer"
SERVER_CONNECTIONS = 8  # fewer than the application's pool, so they have to be shared
_CONFIGURATION = """
[databases]
* = host=127.0.0.1 port={cluster.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 200
auth_type = scram-sha-256
auth_file = {folder}/users
client_tls_sslmode = require
client_tls_key_file = {cluster.data}/server.key
client_tls_cert_file = {cluster.data}/server.crt
server_tls_sslmode = require
; 15 s by default: longer than the tests wait after an outage
server_login_retry = 1
ignore_startup_parameters = extra_float_digits
"""


@contextlib.contextmanager
def pooled(cluster: Cluster) -> Iterator[None]:
    """Clients reach `cluster` through PgBouncer while the block runs."""
    if not Path(PROGRAM).exists():
        pytest.fail("--pooler needs PgBouncer: apt-get install pgbouncer", pytrace=False)
    port = free_port()
    folder = Path(tempfile.mkdtemp(prefix="todo-pgbouncer-"))
    (folder / "users").write_text(f'"todo" "{PASSWORD}"\n')
    (folder / "pgbouncer.ini").write_text(
        _CONFIGURATION.format(cluster=cluster, port=port, connections=SERVER_CONNECTIONS, folder=folder)
    )
    give_away(folder)
    command = as_postgres("--pdeathsig=INT", PROGRAM, str(folder / "pgbouncer.ini"))
    with folder.joinpath("log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        _wait_until_up(server, port, folder / "log")
        cluster.public_port = port
        yield
    finally:
        server.terminate()
        server.wait(timeout=10)
        shutil.rmtree(folder)


def _wait_until_up(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + 10
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PgBouncer does not start: {log.read_text()}")
        time.sleep(0.02)
