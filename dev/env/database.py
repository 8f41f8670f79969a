"""Whether a PostgreSQL URL of `.env` leads to a database that the application can use: one sentence if not.

Two looks: the network one (name, port, TLS) needs nothing; the login is done by the backend's own driver, because
what libpq makes of a URL is what counts. No message holds any part of the URL.
"""

import contextlib
import ipaddress
import json
import os
import re
import shutil
import socket
import ssl
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

from dev.base import command, paths, ports, steps
from dev.base.failure import Failure
from dev.env import egress
from dev.env.keys import SPECIAL

TIMEOUT = 10  # seconds for each step of the network's look
LOGIN_TIMEOUT = 60  # seconds, with everything
OLDEST = 15  # PostgreSQL's major version; the oldest that the tests run with
FROM_PODS = "host.minikube.internal"  # this machine, as pods call it
SSL_REQUEST = struct.pack("!II", 8, 80877103)  # PostgreSQL's protocol, "SSLRequest"
STRICT = ("require", "verify-ca", "verify-full")
REQUIREMENTS = paths.ROOT / "api" / "requirements.txt"
DRIVER = "psycopg|psycopg-binary|typing-extensions"
COPY_AGAIN = "copy the whole URL again from your provider's console into .env"

# an error of libpq or the server, its meaning, and the remedy
REFUSALS = (
    (r"password authentication failed|role .* does not exist", "user or password is wrong", COPY_AGAIN),
    (r"database .* does not exist", "the server has no such database", COPY_AGAIN),
    (r"endpoint.*(disabled|not be found|not found)", "the server knows no such endpoint", COPY_AGAIN),
    (r"invalid percent-encoded token", "user or password hold a stray percent sign", SPECIAL),
    (r"translate host name|resolve host", "its host name is not known", COPY_AGAIN),
    (r"too many connections|connection slots", "the server has no connection left", "close other clients"),
    (r"no pg_hba\.conf entry", "the server does not admit this user from here", "ask its administrator"),
    (r"channel binding", "the server can't do the channel binding that the URL asks for", COPY_AGAIN),
    (r"certificate|SSL|root\.crt", "its TLS certificate can't be verified", "see sslmode in the URL"),
    (r"timeout|timed out", "the server takes too long to answer", "try again: it may have been asleep"),
)


def check(url: str) -> str:
    """A line that reports success. Raises Failure, with a message that continues the key's name."""
    parts = urlsplit(url)
    if parts.hostname == FROM_PODS:
        if ports.seen_by_others(egress.port(url)):
            return "not checked: only pods can see this machine under that name"
        return (
            f"not checked, and only this machine itself could reach port {egress.port(url)} here, if anything listens: "
            "start PostgreSQL with listen_addresses = '*', or the pods will not reach it"
        )
    tls = reach(parts)
    facts = log_in(url)
    if facts is None:
        return f"reachable{tls}; login not checked: its driver can't be installed, log: {_log()}"
    return f"logged in{tls}, PostgreSQL {_usable(facts)}"


def require_visible_to_pods(url: str) -> None:
    """Raise Failure if the host name leads to a loopback address, which in a pod is the pod itself."""
    try:
        found = socket.getaddrinfo(urlsplit(url).hostname, egress.port(url), type=socket.SOCK_STREAM)
    except OSError:
        return  # `check` says so
    if all(ipaddress.ip_address(str(place[4][0]).partition("%")[0]).is_loopback for place in found):
        raise Failure(
            "its host name leads to this machine's loopback address, which in a pod is the pod itself",
            f"write {FROM_PODS} instead",
        )


def reach(parts: SplitResult) -> str:
    """The connection's protection. Raises Failure if no PostgreSQL answers."""
    mode = parse_qs(parts.query).get("sslmode", ["prefer"])[-1]
    host = parts.hostname or ""
    with _network(), socket.create_connection((host, parts.port or 5432), TIMEOUT) as connection:
        connection.sendall(SSL_REQUEST)
        answer = connection.recv(1)
        if answer == b"N" and mode not in STRICT:
            return " without TLS"
        if answer == b"N":
            raise Failure("the server speaks no TLS, but the URL demands it", "see sslmode in the URL")
        if answer != b"S":
            raise Failure("what answers there is no PostgreSQL", COPY_AGAIN)
        with _context().wrap_socket(connection, server_hostname=host) as protected:
            return f" over {protected.version()}"


def _context() -> ssl.SSLContext:
    """Accepts any certificate. libpq verifies it later, by sslmode and with its own roots."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@contextlib.contextmanager
def _network() -> Iterator[None]:
    try:
        yield
    except socket.gaierror as error:
        raise Failure("its host name is not known", f"{COPY_AGAIN}; or is there no network?") from error
    except TimeoutError as error:
        raise Failure("its host does not answer", "is a firewall in between?") from error
    except ssl.SSLError as error:
        raise Failure(f"TLS failed: {error.reason}", "is a proxy in between?") from error
    except OSError as error:
        raise Failure("nothing listens on its host and port", COPY_AGAIN) from error


def log_in(url: str) -> dict[str, object] | None:
    """What `login.FACTS` asks for, or None if this machine can't have the driver. Raises Failure."""
    driver = _driver()
    if driver is None:
        return None
    settings = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "dev.env.login"],
            cwd=paths.ROOT,
            env={**settings, "PYTHONPATH": str(driver)},
            input=url,
            capture_output=True,
            text=True,
            timeout=LOGIN_TIMEOUT,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise _refusal("timeout") from error
    facts: dict[str, object] = json.loads(done.stdout)
    if "error" in facts:
        raise _refusal(str(facts["error"]))
    return facts


def _refusal(said: str) -> Failure:
    for pattern, meaning, remedy in REFUSALS:
        if re.search(pattern, said, re.IGNORECASE | re.DOTALL):
            return Failure(meaning, remedy)
    return Failure("the server refuses the login", "try the URL with psql, which says the server's words")


def _usable(facts: dict[str, object]) -> int:
    version = int(str(facts["version"]))
    if version < OLDEST:
        raise Failure(f"PostgreSQL {version} is too old", f"use {OLDEST} or newer")
    if facts["read_only"]:
        raise Failure("the database can only be read", "use the URL of the primary, not of a replica")
    if not (facts["may_create"] and facts["owns_tables"]):
        raise Failure("the user may not create or change tables in schema public", "use the database's owner")
    return version


def _driver() -> Path | None:
    """A folder with psycopg at the backend's locked version, installed once for this Python."""
    locked = re.findall(rf"^(?:{DRIVER})==(?:.*\\\n)*.*\n", REQUIREMENTS.read_text(), re.MULTILINE)
    assert len(locked) == 3, "the backend has another driver"  # noqa: S101 - a change of the backend's, not the user's
    block = "".join(locked)

    def install(target: Path, log: Path, _results: dict[str, Path]) -> None:
        work = paths.BUILD / "psycopg"
        shutil.rmtree(work, ignore_errors=True)
        command.run([sys.executable, "-m", "venv", work], log)
        (work / "requirements.txt").write_text(block)
        pip = [
            str(work / "bin" / "pip"),
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
        ]
        command.run([*pip, "--target", target, "-r", work / "requirements.txt"], log)

    try:
        return steps.run([steps.Step("psycopg", install, inputs=(block, sys.version))])["psycopg"]
    except Failure:
        return None


def _log() -> Path:
    return paths.LOGS / "psycopg.log"
