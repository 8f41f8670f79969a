"""How the program behind make copes with a shell, a second checkout or an edited `.env`."""

import http.server
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev import __main__
from dev.base import paths, ports, stack
from dev.base.failure import Failure
from dev.cluster import claim, minikube, tilt
from dev.commands import doctor
from dev.commands.finding import Finding
from dev.env import addresses
from tests.dev.conftest import put

SERVER = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); time.sleep(60)"


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another checkout that used the cluster, according to its note."""
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(paths, "MINIKUBE_HOME", tmp_path / "cache" / "minikube")
    folder = tmp_path / "other"
    folder.mkdir()
    with monkeypatch.context() as there:
        there.setattr(paths, "ROOT", folder)
        claim.take()
    return folder


@pytest.fixture
def their_tilt(other: Path, tmp_path: Path) -> Iterator[int]:
    """A process called tilt that listens on a port and works in the other checkout."""
    program = tmp_path / "tilt"
    program.symlink_to(sys.executable)
    with subprocess.Popen([program, "-c", SERVER], cwd=other, env={"TILT_PORT": "10399"}) as process:
        _name(process.pid)
        yield process.pid
        process.kill()


def _name(pid: int) -> None:
    deadline = time.monotonic() + 10
    while not any(owner.pid == pid for owner in ports.servers("tilt")) and time.monotonic() < deadline:
        time.sleep(0.05)


def test_make_up_names_the_checkout_that_uses_the_cluster(other: Path, their_tilt: int) -> None:
    with pytest.raises(Failure, match=f"in use by {other} since 2") as caught:
        claim.require_free()
    assert caught.value.remedy == f"make -C {other} down"
    with pytest.raises(Failure, match="in use by") as caught:
        __main__.up()
    assert caught.value.remedy.startswith("`STACK=name make up` starts a second stack beside it")


def test_a_deployed_application_uses_the_cluster_without_tilt(other: Path, programs: Path) -> None:
    tools = other / ".dev" / "bin"  # ours may not be built yet
    tools.mkdir(parents=True)
    put(programs, "docker", "exit")
    put(tools, "kubectl", "echo default/Deployment/backend-deployment")
    minikube.config_file().parent.mkdir(parents=True)
    minikube.config_file().write_text("{}")
    with pytest.raises(Failure, match="in use by"):
        claim.require_free()
    put(tools, "kubectl", "exit")
    claim.require_free()


def test_a_checkout_that_is_gone_uses_nothing(other: Path, their_tilt: int) -> None:
    shutil.move(other, other.with_name("elsewhere"))
    claim.require_free()


def test_our_own_use_blocks_nothing(other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "ROOT", other)
    claim.require_free()
    claim.release(stack.DEFAULT)
    assert not list(paths.CACHE.glob("*.json"))


def test_a_tilt_is_found_whatever_port_env_names_now(other: Path, their_tilt: int) -> None:
    assert tilt.pid_of(other) == their_tilt
    assert tilt._dashboard_of(their_tilt) == 10399
    assert tilt.pid_of(other.parent) == 0


def test_make_down_needs_no_env(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".env").write_text("broken")
    monkeypatch.setattr("dev.env.dotenv.load.__defaults__", (tmp_path / ".env",))
    put(programs, "docker", "exit 1")
    tilt.down()
    assert "nothing to take down" in capsys.readouterr().out


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_a_proxy_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        monkeypatch.setattr(addresses, "NODE_PORT", server.server_port)
        monkeypatch.setattr(tilt, "ANSWER_TIMEOUT", 2)
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        tilt.wait_for_app()


@pytest.mark.parametrize("before", ["", "unix:///run/user/1000/docker.sock"])
def test_an_active_docker_env_does_not_reach_our_docker(tmp_path: Path, programs: Path, before: str) -> None:
    """`make doctor` once asked the node's engine who publishes 30080, and recommended to kill the docker-proxy."""
    put(
        programs, "docker", f"printf '%s\\n' \"[$DOCKER_HOST$DOCKER_TLS_VERIFY]\" >> {tmp_path}/asked; exit 1"
    )
    node = {
        "DOCKER_HOST": "tcp://192.168.49.2:2376",
        "DOCKER_TLS_VERIFY": "1",
        "DOCKER_CERT_PATH": "/x",
        "MINIKUBE_ACTIVE_DOCKERD": "minikube-todo",
        "MINIKUBE_EXISTING_DOCKER_HOST": before,
    }
    subprocess.run(
        [sys.executable, "-m", "dev", "doctor"],
        cwd=paths.ROOT,
        env={**os.environ, **node},
        capture_output=True,
        check=False,
    )
    assert set((tmp_path / "asked").read_text().splitlines()) == {f"[{before}]"}


def test_make_up_warns_of_what_would_mislead_later(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    low = Finding("inotify", "max_user_instances is 128", "sudo sysctl fs.inotify.max_user_instances=1024")
    monkeypatch.setattr(doctor, "examine", lambda: iter([low, Finding("tools", "fine")]))
    doctor.require()
    said = capsys.readouterr().out
    assert "warning: inotify: max_user_instances is 128" in said
    assert "remedy: sudo sysctl fs.inotify.max_user_instances=1024" in said
    assert "fine" not in said
