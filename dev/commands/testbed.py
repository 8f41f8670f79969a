"""Prepares what the tests need: locked Python and npm packages, PostgreSQL, a browser, and the cluster."""

import fcntl
import hashlib
import os
import platform
import shutil
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from dev.base import apt, command, paths, stack
from dev.base.environment import environment as tools_environment
from dev.base.failure import Failure
from dev.cluster import addons, claim, minikube, tilt
from dev.commands import doctor
from dev.ways import choose

VENV = paths.ROOT / ".venv"
REQUIREMENTS = tuple(paths.ROOT / folder / "requirements.txt" for folder in ("api", "api/devserver", "tests"))
CHECKOV = paths.ROOT / "tests" / "checkov"  # its pins exclude those of the other tests
NPM = {"npm": paths.ROOT / "ui", "devcontainer-cli": paths.ROOT / "tests" / "devcontainer"}
PROGRAMS = {
    "chromium": "/usr/bin/chromium",
    "direnv": "/usr/bin/direnv",
    "pgbouncer": "/usr/sbin/pgbouncer",
    "postgresql": "/usr/lib/postgresql",
}  # Debian package: its program


def environment() -> dict[str, str]:
    """A suite's environment: that of the tools, with this checkout's virtual environment first in PATH."""
    env = tools_environment()
    return {**env, "PATH": f"{VENV / 'bin'}{os.pathsep}{env['PATH']}"}


def prepare(needs: Collection[str]) -> None:
    """Install the missing `needs`, as locked. Concurrent runs take turns. Raises Failure."""
    paths.CACHE.mkdir(parents=True, exist_ok=True)
    with (paths.CACHE / "testbed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if "python" in needs:
            python()
        if "checkov" in needs:
            python(CHECKOV / ".venv", [CHECKOV / "requirements.txt"])
        for need in NPM.keys() & needs:
            npm(NPM[need])
        absent = {name: place for name, place in PROGRAMS.items() if name in needs and not shutil.which(name)}
        apt.install([name for name, place in absent.items() if not Path(place).exists()])
        if "cluster" in needs:
            _require_default_stack()
            claim.require_free()
            tilt.require_stopped()
            doctor.require()
        if "tools" in needs:
            way = choose.ensure()
        if "cluster" in needs:
            minikube.ensure(way)
            addons.wait_for_metrics()


def _require_default_stack() -> None:
    """Raise Failure in a checkout with a stack of its own: the tests ask for the default one's namespaces and ports."""
    if stack.current() != stack.DEFAULT:
        raise Failure("the tests run in the default stack only", "make down")


def python(venv: Path = VENV, requirements: Sequence[Path] = REQUIREMENTS) -> None:
    """A virtual environment with exactly the locked packages."""
    stamp = venv / ".locked"
    if _fresh(stamp, *requirements) and _is_of_this_python(venv):
        return
    name = venv.relative_to(paths.ROOT)
    log = paths.LOGS / f"{name.as_posix().replace('/', '-').lstrip('.')}.log"
    print(f"installing Python packages into {name}  log: {log}", flush=True)
    if not _is_of_this_python(venv):
        command.run([sys.executable, "-m", "venv", "--clear", venv], log)
    files = [word for file in requirements for word in ("-r", file)]
    command.run([venv / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", *files], log)
    stamp.write_text(_digest(*requirements))


def _is_of_this_python(venv: Path) -> bool:
    """Whether this Python created it: a checkout shared with a container may hold the other side's."""
    config = venv / "pyvenv.cfg"
    lines = config.read_text().splitlines() if config.exists() else []
    return {f"home = {sys.base_prefix}/bin", f"version = {platform.python_version()}"} <= set(lines)


def npm(folder: Path) -> None:
    """The folder's node_modules, exactly as locked."""
    lock, stamp = folder / "package-lock.json", folder / "node_modules" / ".locked"
    if _fresh(stamp, lock):
        return
    log = paths.LOGS / "npm.log"
    print(f"installing npm packages into {stamp.parent.relative_to(paths.ROOT)}  log: {log}", flush=True)
    shutil.which("npm") or command.output(["npm", "--version"])  # reports that npm is not installed
    command.run(["npm", "ci", "--no-audit", "--no-fund"], log, cwd=folder)
    stamp.write_text(_digest(lock))


def _fresh(stamp: Path, *sources: Path) -> bool:
    return stamp.exists() and stamp.read_text() == _digest(*sources)


def _digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
