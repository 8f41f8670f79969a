"""The dev container without registries: the reference tool builds it, and `make up` inside starts the app.

The order matters: the application is started once, checked, and taken down.
"""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.base import command, paths
from dev.base.environment import environment
from dev.base.versions import versions
from dev.cluster import tilt
from dev.commands import devcontainer
from dev.env import addresses
from dev.ways import choose
from dev.ways.packages.way import Packages
from tests.devcontainer.reference import TOOL

BY_THE_TOOL = "local/todo-devcontainer-test"
UP_TIMEOUT, STOP_TIMEOUT = 420, 60  # seconds; the first start builds both images


def inside(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a program in the dev container to its end."""
    return subprocess.run(
        [sys.executable, "-m", "dev", "devcontainer", *words],
        cwd=paths.ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_reference_tool_builds_the_dockerfile(tmp_path: Path) -> None:
    """Without the feature that installs Docker, because it comes from a registry."""
    way, _ = choose.choose()
    assert isinstance(way, Packages), "the publishers' images answer here: an editor builds this container"
    build = {
        "dockerfile": str(devcontainer.FOLDER / "Dockerfile"),
        "context": str(paths.ROOT),
        "args": devcontainer.arguments(way),
    }
    (tmp_path / "devcontainer.json").write_text(json.dumps({"build": build, "remoteUser": "dev"}))
    options = ["--workspace-folder", paths.ROOT, "--config", tmp_path / "devcontainer.json"]
    done = subprocess.run(
        [str(word) for word in (TOOL, "build", *options, "--buildkit", "never", "--image-name", BY_THE_TOOL)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "success"
    command.output(["docker", "image", "rm", BY_THE_TOOL])


def test_the_pinned_tools_are_there() -> None:
    done = inside(
        "sh", "-ec", "tilt version; minikube version --short; kubectl version --client; node --version"
    )
    assert done.returncode == 0, done.stderr
    pins = versions()
    for said in (pins["TILT_VERSION"], pins["MINIKUBE_VERSION"], pins["KUBERNETES_VERSION"], "v20."):
        assert said in done.stdout


def test_its_shell_has_what_make_sets() -> None:
    script = "export HOME=/tmp; direnv allow; unset KUBECONFIG MINIKUBE_HOME; direnv exec . env"
    done = inside("sh", "-ec", script)
    assert done.returncode == 0, done.stderr
    assert f"KUBECONFIG={paths.KUBECONFIG}" in done.stdout
    assert f"MINIKUBE_HOME={paths.MINIKUBE_HOME}" in done.stdout


def test_the_doctor_finds_nothing_wrong() -> None:
    done = inside("make", "doctor")
    assert done.returncode == 0, done.stdout
    assert "running" in done.stdout


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """`make up` in the container, and its log, until the application answers."""
    log = tmp_path_factory.mktemp("up") / "log"
    down = inside(
        "make", "down"
    )  # otherwise an earlier deployment would answer instead of this run's application
    assert down.returncode == 0, down.stdout + down.stderr
    begin = time.monotonic()
    with log.open("wb") as sink:
        words = [sys.executable, "-m", "dev", "devcontainer", "make", "up"]
        process = subprocess.Popen(words, cwd=paths.ROOT, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink)
        try:
            while not answers():
                assert process.poll() is None, log.read_text()
                assert time.monotonic() - begin < UP_TIMEOUT, log.read_text()
                time.sleep(0.5)
            print(f"\nmake up in the dev container: the app answers after {time.monotonic() - begin:.0f} s")
            yield log
        finally:
            process.terminate()
            process.wait(STOP_TIMEOUT)


def answers() -> bool:
    """Whether the page and, through it, the API answer on this machine."""
    return status("/") == 200 and status("/api/v1/auth/me") == 401


def status(path: str) -> int:
    """0 without an answer."""
    try:
        with urllib.request.urlopen(f"http://localhost:{addresses.NODE_PORT}{path}", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_make_up_in_it_brings_the_application_up(up: Path) -> None:
    env = environment()
    for name in ("backend", "frontend"):
        rollout = ["kubectl", "rollout", "status", f"deployment/{name}-deployment", "--timeout=240s"]
        assert "successfully rolled out" in command.output(rollout, env=env)
    assert "the app: http://localhost:30080" in up.read_text()


def test_make_down_in_it_leaves_nothing(up: Path) -> None:
    done = inside("make", "down")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing of ours is left in the cluster" in done.stdout
    assert tilt.leftovers() == []
