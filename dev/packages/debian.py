"""Installs Debian packages on the host and makes root file systems of them, from the mirrors that apt already uses."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from dev import command, paths
from dev.failure import Failure

NO_DOCUMENTS = [f"--dpkgopt=path-exclude=/usr/share/{part}/*" for part in ("doc", "man", "locale", "info")]


def install(packages: Sequence[str], log: Path) -> None:
    """Install what is missing of `packages`. Raises Failure where apt or root is not at hand."""
    missing = [name for name in packages if not _installed(name)]
    if not missing:
        return
    remedy = f"sudo apt-get install {' '.join(missing)}"
    if not shutil.which("apt-get"):
        raise Failure(
            f"not installed: {', '.join(missing)}", "install them with your system's package manager"
        )
    if os.geteuid() != 0:
        raise Failure(f"not installed: {', '.join(missing)}", remedy)
    print(f"installing Debian packages: {' '.join(missing)}  log: {log}", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wait = "-oDPkg::Lock::Timeout=300"  # seconds; another apt may be at work
    command.run(["apt-get", "update", wait], log, env=quiet)
    command.run(["apt-get", "install", "--yes", "--no-install-recommends", wait, *missing], log, env=quiet)


def root_file_system(
    target: Path,
    log: Path,
    suite: str,
    packages: Sequence[str],
    *,
    newer: tuple[str, Sequence[str]] | None = None,
    hooks: Sequence[str] = (),
) -> None:
    """Write a tar of a small Debian with `packages`; `newer` names a later suite and what to take from there."""
    site, security = _sites()
    sources = [f"deb {site} {suite} main", f"deb {security} {suite}-security main"]
    options = [*NO_DOCUMENTS]
    if newer:
        later, names = newer
        sources.append(f"deb {site} {later} main")
        pin = f"Package: *\\nPin: release n={later}\\nPin-Priority: 100\\n"
        options.append(f"--setup-hook=printf '{pin}' > \"$1/etc/apt/preferences.d/newer\"")
        install_newer = f"apt-get install --yes --no-install-recommends -t {later} {' '.join(names)}"
        options.append(f'--customize-hook=chroot "$1" {install_newer}')
    options += [f"--customize-hook={hook}" for hook in hooks]
    bootstrap = ["mmdebstrap", "--format=tar", "--variant=minbase", f"--include={','.join(packages)}"]
    command.run([*bootstrap, *options, suite, target, *sources], log)


def listed(file: Path) -> list[str]:
    """The package names of a list with comments."""
    lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    return " ".join(lines).split()


def log() -> Path:
    """Where apt's output goes."""
    return paths.LOGS / "apt.log"


def _installed(package: str) -> bool:
    return command.succeeds(["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]) and (
        command.output(["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]) == "installed"
    )


def _sites() -> tuple[str, str]:
    """The addresses of Debian's archive and of its security archive, as this host's apt has them."""
    lines = command.output(
        ["apt-get", "indextargets", "--format", "$(SITE) $(CODENAME) $(COMPONENT)"]
    ).splitlines()
    rows = {tuple(line.split()) for line in lines if line.endswith(" main")}
    main = sorted(row[0] for row in rows if "-" not in row[1] and row[0].rstrip("/").endswith("/debian"))
    security = sorted(row[0] for row in rows if row[1].endswith("-security"))
    if not main or not security:
        raise Failure("apt here knows no Debian archive", "use Debian 12 or newer, or TODO_TOOLS=release")
    return main[0], security[0]
