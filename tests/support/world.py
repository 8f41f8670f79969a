"""The end-to-end tests' environment: a copy of this checkout under Tilt, its cluster, and each pod separately.

The copy is edited by the tests; the user's own files stay as they are.
"""

import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any

from dev.base import paths
from dev.cluster.tilt import forget_data, leftovers
from dev.commands import testbed
from tests.support.waiting import until

APP = "http://localhost:30080"
READY_TIMEOUT = 180  # seconds
ENVIRONMENT = {**testbed.environment(), "DO_NOT_TRACK": "1"}


def copy_checkout(target: Path) -> Path:
    """Copy git's files as they are on disk, and link the installed tools and packages."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=paths.ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        source = paths.ROOT / name
        if name and source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    (target / ".dev").mkdir()
    for name in ("bin", "kubeconfig"):
        (target / ".dev" / name).symlink_to(paths.DEV / name)
    shutil.copytree(paths.STATE, target / ".dev" / "state")
    (target / ".venv").symlink_to(testbed.VENV)
    (target / "ui" / "node_modules").symlink_to(paths.ROOT / "ui" / "node_modules")
    return target


def kubectl(*arguments: str) -> str:
    """Standard output of kubectl on our cluster."""
    done = subprocess.run(
        ["kubectl", *arguments], env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"kubectl {' '.join(arguments)}: {done.stderr}"
    return done.stdout


def objects(kind: str, *arguments: str) -> list[dict[str, Any]]:
    """The items that `kubectl get` lists."""
    items: list[dict[str, Any]] = json.loads(kubectl("get", kind, *arguments, "-o", "json"))["items"]
    return items


def pods(app: str) -> list[dict[str, Any]]:
    """The pods of a Deployment that are not being deleted."""
    return [pod for pod in objects("pods", "-l", f"app={app}") if "deletionTimestamp" not in pod["metadata"]]


def ready(pod: dict[str, Any]) -> bool:
    conditions = pod["status"].get("conditions", [])
    return any(condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions)


def two_ready(app: str) -> bool:
    """Whether an app has two pods, both ready, and no old pod is still terminating."""
    return [ready(pod) for pod in objects("pods", "-l", f"app={app}")] == [True, True]


def endpoints(service: str) -> set[str]:
    """The addresses of pods behind a Service, as `kubectl get endpoints` shows them."""
    [found] = objects("endpoints", f"--field-selector=metadata.name={service}")
    return {each["ip"] for subset in found.get("subsets", []) for each in subset.get("addresses", [])}


@dataclass(frozen=True)
class Answer:
    """The result of an HTTP request. A JSON body is parsed."""

    status: int
    body: Any
    headers: Message


def ask(
    url: str,
    *,
    body: object = None,
    token: str = "",
    method: str = "",
    timeout: float = 10,
    accept: str = "*/*",
) -> Answer:
    """The answer to a request, whatever its status. POST if there is a body."""
    headers = {"Content-Type": "application/json", "Accept": accept}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers=headers, method=method or None)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return Answer(
                answer.status, _parsed(answer.read(), answer.headers["Content-Type"]), answer.headers
            )
    except urllib.error.HTTPError as error:
        return Answer(error.code, _parsed(error.read(), error.headers["Content-Type"]), error.headers)


def http(
    url: str, *, body: object = None, token: str = "", method: str = "", timeout: float = 10
) -> tuple[int, Any]:
    """Status and parsed body of the answer."""
    answer = ask(url, body=body, token=token, method=method, timeout=timeout)
    return answer.status, answer.body


def token() -> str:
    """The token of a new user."""
    account = {"email": f"{secrets.token_hex(6)}@example.com", "password": secrets.token_hex(16)}
    status, session = http(f"{APP}/api/v1/auth/register", body=account)
    assert status == 201, session
    return str(session["access_token"])


def _parsed(content: bytes, kind: str | None) -> Any:
    return json.loads(content) if content and "json" in (kind or "") else content.decode(errors="replace")


@dataclass
class Tilt:
    """A running `tilt up` on a checkout."""

    folder: Path
    log: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] = field(init=False)

    def said(self) -> str:
        """Tilt's log so far."""
        return self.log.read_text(errors="replace")

    def resources(self) -> dict[str, dict[str, Any]]:
        """Tilt's own view of its resources, by name."""
        done = subprocess.run(
            ["tilt", "get", "uiresources", "-o", "json"],
            env=ENVIRONMENT,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=True,
        )
        return {item["metadata"]["name"]: item for item in json.loads(done.stdout)["items"]}

    def start(self) -> None:
        """Start `tilt up` in the background."""
        with self.log.open("ab") as sink:
            self.process = subprocess.Popen(
                ["tilt", "up", "--stream"],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Stop Tilt and leave its deployment running."""
        os.killpg(self.process.pid, number)
        self.process.wait(timeout=30)

    def wait(self) -> None:
        """Wait until all pods are ready."""
        until(
            lambda: _settled(self), timeout=READY_TIMEOUT, pause=0.5, what=f"all pods ready; see {self.log}"
        )

    def restart(self, **variables: str) -> None:
        """With other environment variables; the pods stay unless these change them."""
        self.stop()
        self.environment = ENVIRONMENT | variables
        self.start()
        self.wait()


@contextlib.contextmanager
def tilt_up(folder: Path, log: Path, **variables: str) -> Iterator[Tilt]:
    """`tilt up` with these environment variables, once all pods are ready. SIGTERM ends it; its deployment stays."""
    tilt = Tilt(folder, log, ENVIRONMENT | variables)
    tilt.start()
    try:
        tilt.wait()
        yield tilt
    finally:
        tilt.stop()


def tilt_down(folder: Path) -> None:
    """Do what `make down` does: `tilt down`, wait until nothing of ours is left, and delete the data."""
    done = subprocess.run(
        ["tilt", "down", "--delete-namespaces"],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    until(lambda: not leftovers(), timeout=60, what="nothing of ours left")
    forget_data(folder)


def _settled(tilt: Tilt) -> bool:
    assert tilt.process.poll() is None, f"tilt up ended: {tilt.said()[-2000:]}"
    try:
        status = {name: item["status"] for name, item in tilt.resources().items()}
    except subprocess.CalledProcessError:  # Tilt's API does not answer yet
        return False
    apps = [status.get(name, {}) for name in ("api", "ui")]
    return all(
        s.get("runtimeStatus") == "ok" and s.get("updateStatus") in ("ok", "not_applicable") for s in apps
    )


@contextlib.contextmanager
def forwarded(pod: str, port: int) -> Iterator[str]:
    """A local address of one port of one pod."""
    process = subprocess.Popen(
        ["kubectl", "port-forward", f"pod/{pod}", f":{port}"],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        found = re.search(r"127\.0\.0\.1:(\d+)", process.stdout.readline())
        assert found, f"no port-forward to {pod}"
        yield f"http://127.0.0.1:{found[1]}"
    finally:
        process.terminate()
        process.wait(timeout=10)
