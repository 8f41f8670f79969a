"""What `make nuke` deletes and what it keeps. The test's own `docker` records its arguments."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.base import engine, paths
from dev.base.failure import Failure
from dev.base.versions import versions
from dev.cluster import minikube
from dev.commands import devcontainer
from tests.dev.conftest import put

PROFILE = versions()["MINIKUBE_PROFILE"]
IMAGES = ["local/todo-devcontainer:latest", "local/todo-devcontainer-base:1a2b3c"]


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests cannot reach this machine's cluster files."""
    monkeypatch.setattr(paths, "MINIKUBE_HOME", tmp_path / "minikube")
    monkeypatch.setattr(paths, "KUBECONFIG", tmp_path / "kubeconfig")
    monkeypatch.setattr(paths, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(engine, "PID_FILE", tmp_path / "dockerd.pid")


def docker(programs: Path, *, running: bool = False, created_by: str = "true", removes: bool = True) -> Path:
    """A `docker` with a node of our name and the dev container's images. Returns the file with its arguments."""
    asked = programs / "asked"
    put(
        programs,
        "docker",
        f"""echo "$*" >> {asked}
case "$*" in
    *Labels*) echo '{{"created_by.minikube.sigs.k8s.io": "{created_by}"}}' ;;
    *Running*) echo {str(running).lower()} ;;
    "image ls --filter=reference=local/todo-devcontainer* "*) printf '%s\\n' {" ".join(IMAGES)} ;;
    "image rm "*) {"exit 0" if removes else "exit 1"} ;;
esac""",
    )
    asked.touch()
    return asked


@pytest.fixture
def our_engine(tmp_path: Path) -> Iterator[None]:
    """A process called dockerd with the pid that we noted."""
    program = tmp_path / "dockerd"
    shutil.copy(shutil.which("sleep") or "sleep", program)
    with subprocess.Popen([program, "60"]) as process:
        while Path(f"/proc/{process.pid}/comm").read_text() != "dockerd\n":
            time.sleep(0.001)  # Popen returns a moment before the kernel has set the name
        engine.PID_FILE.write_text(str(process.pid))
        yield
        process.kill()


def test_a_stopped_node_without_files_is_removed(programs: Path) -> None:
    asked = docker(programs)
    minikube.delete()
    assert f"rm --force --volumes {PROFILE}" in asked.read_text().splitlines()


def test_a_running_node_without_files_may_be_another_users(programs: Path) -> None:
    asked = docker(programs, running=True)
    with pytest.raises(Failure, match="runs, and its files are not in") as caught:
        minikube.delete()
    assert f"docker stop {PROFILE}" in caught.value.remedy
    assert "rm " not in asked.read_text()


def test_a_container_that_only_has_the_name_stays(programs: Path) -> None:
    asked = docker(programs, created_by="")
    with pytest.raises(Failure, match="not minikube's"):
        minikube.delete()
    assert "rm " not in asked.read_text()


@pytest.mark.usefixtures("our_engine")
def test_the_dev_containers_images_are_deleted(programs: Path) -> None:
    asked = docker(programs)
    engine.remove_images(f"{devcontainer.IMAGE}*")
    assert asked.read_text().splitlines()[-1] == f"image rm {' '.join(IMAGES)}"


@pytest.mark.usefixtures("our_engine")
def test_an_image_in_use_does_not_stop_nuke(programs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docker(programs, removes=False)
    engine.remove_images(f"{devcontainer.IMAGE}*")
    assert "stay" in capsys.readouterr().out


@pytest.mark.parametrize("pid", ["", str(os.getpid())], ids=["none of ours", "a reused pid"])
def test_images_in_an_engine_that_is_not_ours_stay(programs: Path, pid: str) -> None:
    if pid:
        engine.PID_FILE.write_text(pid)
    asked = docker(programs)
    engine.remove_images(f"{devcontainer.IMAGE}*")
    assert asked.read_text() == ""
