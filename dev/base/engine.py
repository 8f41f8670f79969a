"""The host's Docker engine. Uses one that answers, otherwise starts one as a plain process."""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import MutableMapping
from pathlib import Path

from dev.base import command, paths
from dev.base.failure import Failure

START_TIMEOUT = 60  # seconds
_lock = threading.Lock()
PID_FILE = paths.CACHE / "dockerd.pid"


def leave_node(environment: MutableMapping[str, str]) -> None:
    """Undo `eval $(minikube docker-env)`, as minikube itself does: our questions are for this machine's engine."""
    if not environment.pop("MINIKUBE_ACTIVE_DOCKERD", ""):
        return
    for name in ("DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        environment.pop(name, None)
        if before := environment.pop(f"MINIKUBE_EXISTING_{name}", ""):
            environment[name] = before


def answers() -> bool:
    """Whether a Docker engine can be used."""
    return command.succeeds(["docker", "info"])


def ensure(shim: Path | None) -> None:
    """Start dockerd if no engine answers. `shim` is the folder of a runc that works without a missing capability."""
    with _lock:
        if answers():
            return
        if not shutil.which("dockerd"):
            raise Failure("no Docker engine answers and none is installed", "install Docker, or become root")
        if os.geteuid() != 0:
            raise Failure(
                "no Docker engine answers", "start Docker (for example `sudo systemctl start docker`)"
            )
        _start(shim)


def _start(shim: Path | None) -> None:
    log = paths.LOGS / "dockerd.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    print(f"no Docker engine answers: starting dockerd (you are root)  log: {log}", flush=True)
    _remove_stale_pid_files()
    path = f"{shim}{os.pathsep}{os.environ['PATH']}" if shim else os.environ["PATH"]
    with log.open("ab") as sink:
        process = subprocess.Popen(
            ["dockerd"],
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
        )
    PID_FILE.write_text(str(process.pid))
    deadline = time.monotonic() + START_TIMEOUT
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise Failure(f"dockerd did not start. The end of {log}:\n{command.tail(log)}", "see the log")
        time.sleep(0.2)


def remove_images(names: str) -> None:
    """Remove the images whose names match, if the engine is the one that `ensure` started. Those in use stay."""
    if not (PID_FILE.exists() and _is_running(int(PID_FILE.read_text()), "dockerd") and answers()):
        return
    listing = ["docker", "image", "ls", f"--filter=reference={names}", "--format={{.Repository}}:{{.Tag}}"]
    images = command.output(listing).split()
    if images:
        print(f"removing the images {' '.join(images)}", flush=True)
        if not command.succeeds(["docker", "image", "rm", *images]):
            print("those that a container uses stay", flush=True)


def stop() -> None:
    """Stop the engine if it is the one that `ensure` started."""
    if not PID_FILE.exists():
        return
    pid = int(PID_FILE.read_text())
    if _is_running(pid, "dockerd"):
        print("stopping the dockerd that we started", flush=True)
        os.kill(pid, 15)
        deadline = time.monotonic() + START_TIMEOUT
        while _is_running(pid, "dockerd") and time.monotonic() < deadline:
            time.sleep(0.2)
    PID_FILE.unlink()


def _is_running(pid: int, program: str) -> bool:
    """Whether `pid` is that program and not a zombie of it."""
    process = Path(f"/proc/{pid}")
    try:
        return (process / "comm").read_text().strip() == program and (process / "stat").read_text().split()[
            2
        ] != "Z"
    except OSError:
        return False


def _remove_stale_pid_files() -> None:
    """After a power-off, dockerd and its containerd refuse to start while their old pid files exist."""
    files = {Path("/run/docker.pid"): "dockerd", Path("/run/docker/containerd/containerd.pid"): "containerd"}
    for file, program in files.items():
        if file.exists() and not _is_running(int(file.read_text()), program):
            file.unlink()
