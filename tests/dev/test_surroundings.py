"""Misleading problems are named early, with the command that fixes them. There are no false alarms."""

import re
from pathlib import Path

import pytest

from dev.base import paths
from dev.base.versions import versions
from dev.cluster import minikube
from dev.commands import surroundings
from dev.commands.finding import Finding
from tests.dev.conftest import put


@pytest.mark.parametrize(
    ("instances", "watches", "remedy"),
    [
        (1024, 192536, ""),
        (128, 192536, "sudo sysctl fs.inotify.max_user_instances=1024"),
        (1024, 8192, "sudo sysctl fs.inotify.max_user_watches=16384"),
        (128, 8192, "sudo sysctl fs.inotify.max_user_instances=1024 fs.inotify.max_user_watches=16384"),
    ],
)
def test_inotify(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, instances: int, watches: int, remedy: str
) -> None:
    (tmp_path / "max_user_instances").write_text(f"{instances}\n")
    (tmp_path / "max_user_watches").write_text(f"{watches}\n")
    monkeypatch.setattr(surroundings, "INOTIFY", tmp_path)
    monkeypatch.setattr(minikube, "may_raise_inotify", lambda: False)
    (finding,) = surroundings.inotify()
    assert finding.remedy == remedy
    assert not finding.fatal


@pytest.fixture
def node(tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Our profile, and a `docker` whose node answers by running the file `answer`."""
    monkeypatch.setattr(paths, "MINIKUBE_HOME", tmp_path)
    minikube.config_file().parent.mkdir(parents=True)
    minikube.config_file().write_text("{}")
    answer = tmp_path / "answer"
    put(programs, "docker", f'[ "$1" = info ] && exit\n. {answer}')
    return answer


@pytest.mark.parametrize("shift", ["3600 seconds ago", "3600 seconds"])
def test_a_clock_that_is_off_is_named(node: Path, shift: str) -> None:
    node.write_text(f"date --date '{shift}' +%s.%N")
    (finding,) = surroundings.clock()
    assert finding.remedy == "restart Docker"
    assert re.fullmatch(r"the node's is (3600|35\d\d) s off this machine's", finding.said)


def test_a_clock_that_is_right(node: Path) -> None:
    node.write_text("date +%s.%N")
    assert list(surroundings.clock()) == [Finding("clock", "the node's is right")]


def test_a_stopped_node_has_no_clock(node: Path) -> None:
    node.write_text("exit 1")
    assert list(surroundings.clock()) == []


def test_another_tilt_in_front_is_named(programs: Path) -> None:
    put(programs, "direnv", "exit")
    put(programs, "tilt", "echo v0.33.0, built 2023-06-01")
    (finding,) = surroundings.other_tilt()
    assert finding.said == f"{programs / 'tilt'} is v0.33.0; ours is v{versions()['TILT_VERSION']}"
    assert finding.remedy == "direnv allow"


def test_the_same_tilt_from_elsewhere_is_fine(programs: Path) -> None:
    put(programs, "tilt", f"echo v{versions()['TILT_VERSION']}, built 2026-09-01")
    assert list(surroundings.other_tilt()) == []


def test_a_tilt_that_does_not_start_is_only_a_warning(programs: Path) -> None:
    put(programs, "tilt", "echo lost >&2; exit 7")
    (finding,) = surroundings.other_tilt()
    assert "one that does not start" in finding.said
    assert not finding.fatal


def test_our_node_behind_its_port_is_ours_for_every_user(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Docker's proxy runs as root, so a user can't see that it owns the port."""
    profile = versions()["MINIKUBE_PROFILE"]
    put(programs, "docker", f'[ "$*" = "port {profile} 30080/tcp" ]')
    assert minikube.publishes_node_port()
    put(programs, "docker", "exit 1")
    assert not minikube.publishes_node_port()
