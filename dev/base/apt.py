"""Installs Debian packages with this machine's apt."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from dev.base import command, paths
from dev.base.failure import Failure


def install(packages: Sequence[str]) -> None:
    """Install the missing ones of `packages`. Raises Failure without apt or without root."""
    missing = [name for name in packages if not _installed(name)]
    if not missing:
        return
    remedy = f"sudo apt-get install {' '.join(missing)}"
    if not shutil.which("apt-get"):
        remedy = "install them with your system's package manager"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Failure(f"not installed: {', '.join(missing)}", remedy)
    print(f"installing Debian packages: {' '.join(missing)}  log: {log()}", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wait = "-oDPkg::Lock::Timeout=300"  # seconds; another apt may be running
    command.run(["apt-get", "update", wait], log(), env=quiet)
    command.run(["apt-get", "install", "--yes", "--no-install-recommends", wait, *missing], log(), env=quiet)


def log() -> Path:
    """The log file for apt's output."""
    return paths.LOGS / "apt.log"


def _installed(package: str) -> bool:
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    return command.succeeds(query) and command.output(query) == "installed"
