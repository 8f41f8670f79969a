"""A second checkout comes up beside the first, with data of its own, and leaves the first alone when it goes."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import world
from tests.support.waiting import until

ACCOUNT = {"email": "second@example.com", "password": "only in the second stack"}
UP_TIMEOUT = 240  # seconds
DOWN_TIMEOUT = 120  # seconds


@dataclass
class Second:
    """A checkout in which `STACK=two make up` was entered. Later commands do not name the stack."""

    folder: Path
    log: Path

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, timeout=DOWN_TIMEOUT, check=False
        )

    def synced(self) -> set[str]:
        """The Deployments whose pods equal the folder."""
        lines = self.run("python3", "-m", "dev", "synced").stdout.splitlines()
        return {line.partition("-deployment-")[0] for line in lines if line.endswith(": equal")}

    def address(self) -> str:
        found = re.search(r"the app: (http://localhost:\d+)", self.log.read_text())
        assert found, self.log.read_text()
        return found[1]


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Second]:
    second = Second(world.copy_checkout(tmp_path / "second"), tmp_path / "up.log")
    (second.folder / ".dev" / "kubeconfig").unlink()  # a new worktree has none
    with second.log.open("wb") as sink:
        up = subprocess.Popen(
            ["make", "up"], cwd=second.folder, env={**os.environ, "STACK": "two", "DO_NOT_TRACK": "1"},
            stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        begin = time.monotonic()
        until(
            lambda: up.poll() is not None or second.synced() == {"backend", "frontend"},
            timeout=UP_TIMEOUT, pause=2, what=f"the second stack's pods; see {second.log}",
        )  # fmt: skip
        assert up.poll() is None, second.log.read_text()[-3000:]
        print(f"\nsecond stack: {time.monotonic() - begin:.0f} s")
        yield second
    finally:
        second.run(
            "env", "STACK=two", "make", "down"
        )  # by name: after its own `make down`, it means the default one
        if up.poll() is None:
            os.killpg(up.pid, signal.SIGTERM)
        up.wait(timeout=30)


def registered(app: str) -> bool:
    """Whether a stack knows the account."""
    status, _ = world.http(f"{app}/api/v1/auth/login", body=ACCOUNT, timeout=60)
    assert status in (200, 401)
    return status == 200


def names(kind: str) -> set[str]:
    return {each["metadata"]["name"] for each in world.objects(kind)}


@pytest.mark.usefixtures("deployed")
def test_a_second_stack_beside_the_first(second: Second) -> None:
    first = names("pods")
    apps = {
        each["metadata"]["labels"].get("app") for each in world.objects("pods", "--namespace", "todo-two")
    }
    assert apps == {"todo-backend", "todo-frontend"}
    assert second.address() != world.APP
    assert world.http(f"{second.address()}/api/v1/auth/register", body=ACCOUNT, timeout=60)[0] == 201
    assert registered(second.address())
    assert not registered(world.APP)
    for app in (second.address(), world.APP):
        assert world.http(app, timeout=120)[0] == 200

    done = second.run("make", "down")
    assert done.returncode == 0, done.stderr
    assert not {space for space in names("namespaces") if space.startswith("todo-two")}
    assert names("persistentvolumes") == {"postgres"}
    assert not world.objects("pods", "--namespace", "todo-two")
    assert names("pods") == first
    assert not registered(world.APP)
