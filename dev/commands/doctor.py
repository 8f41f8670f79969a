"""`make doctor`: what is here, what is missing, and the one command that fixes it."""

import json
import os
import platform
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from dev.base import engine, paths, ports, stack
from dev.base.failure import Failure
from dev.base.versions import versions
from dev.cluster import minikube
from dev.commands import surroundings
from dev.commands.finding import Finding
from dev.env import addresses, dotenv
from dev.ways import choose, release

GIB = 1 << 30
MEMORY_GIB = 8  # the node has 6, the rest is for browser, editor and builds
DISK_FIRST_GIB, DISK_LATER_GIB = 30, 8  # building the tools takes up to 20; the cluster's images grow to 5
NODE_CPUS = 2
CPU_SUM = "control plane 675m + 4 pods and one surge pod x 250m + stand-ins 50m = 1975m of 2000m"


def main() -> int:
    """Report what is missing and how to fix it.

    Exit code 1 if `make up` can't work before something is fixed.
    """
    findings = list(examine())
    for finding in findings:
        print(
            f"{'!!' if finding.fatal else ' !' if finding.remedy else 'ok'}  {finding.name:<11} {finding.said}"
        )
        if finding.remedy:
            print(f"{'':<16}remedy: {finding.remedy}")
    return 1 if any(finding.fatal for finding in findings) else 0


def require() -> None:
    """Raise Failure with the first fatal finding. Print the others as warnings."""
    for finding in examine():
        if finding.fatal:
            raise Failure(f"{finding.name}: {finding.said}", finding.remedy)
        if finding.remedy:
            print(f"warning: {finding.name}: {finding.said}\n  remedy: {finding.remedy}", flush=True)


def examine() -> Iterator[Finding]:
    """All findings, cheapest first."""
    checks: list[Callable[[], Iterator[Finding]]] = [
        *(_machine, _settings, _memory, _disk, _ports, _docker, _tools, _cluster),
        *(surroundings.inotify, surroundings.clock, surroundings.other_tilt),
    ]
    for check in checks:
        try:
            yield from check()
        except Failure as failure:
            yield Finding(check.__name__.strip("_"), failure.message, failure.remedy, fatal=True)


def _machine() -> Iterator[Finding]:
    release.downloads()  # refuses an unknown architecture
    cpus = os.cpu_count() or 1
    if cpus < NODE_CPUS:
        yield Finding(
            "machine", f"{cpus} CPU: {CPU_SUM}", f"use a machine with {NODE_CPUS} CPUs or more", fatal=True
        )
    else:
        yield Finding("machine", f"{platform.machine()}, {cpus} CPUs ({CPU_SUM})")


def _settings() -> Iterator[Finding]:
    values = dotenv.load()
    yield Finding(
        ".env", f"sets {', '.join(sorted(values))}" if values else "absent or empty: stand-ins are used"
    )


def _memory() -> Iterator[Finding]:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    if total < MEMORY_GIB - 0.7:  # the firmware reserves some memory
        yield Finding(
            "memory", f"{total:.1f} GiB", f"use a machine with {MEMORY_GIB} GiB or more", fatal=True
        )
    else:
        yield Finding("memory", f"{total:.1f} GiB")


def _disk() -> Iterator[Finding]:
    needed = DISK_FIRST_GIB if choose.choose()[0].first_build() else DISK_LATER_GIB
    for place in {_existing(paths.CACHE), _existing(Path("/var/lib/docker"))}:
        free = shutil.disk_usage(place).free / GIB
        if free < needed:
            yield Finding(
                "disk", f"{free:.0f} GiB free at {place}, {needed} needed", "docker system prune", fatal=True
            )
            return
    yield Finding("disk", f"at least {needed} GiB free")


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


def _ports() -> Iterator[Finding]:
    values, where = dotenv.load(), stack.current()
    of_tilt = [addresses.port(key, values, where) for key in addresses.USUAL]
    taken = False
    for port in (addresses.NODE_PORT, *of_tilt):
        if ports.is_free(port) or (port == addresses.NODE_PORT and minikube.publishes_node_port()):
            continue
        owner = ports.owner(port)
        if port in of_tilt and owner.name == "tilt" and owner.folder == paths.ROOT:
            continue
        taken = True
        yield Finding(
            "ports", f"{port} is taken by {owner.name} ({owner.pid})", _freed(port, owner), fatal=True
        )
    if not taken:
        yield Finding("ports", f"{', '.join(map(str, (addresses.NODE_PORT, *of_tilt)))} free or ours")


def _freed(port: int, owner: ports.Owner) -> str:
    """How a port becomes free. Another checkout's Tilt is not to be killed: it may be in use."""
    if owner.name == "tilt":
        return f"make -C {owner.folder} down, or other ports in .env, or another name: STACK=name make up"
    if owner.pid:
        return f"kill {owner.pid}"
    return f"sudo ss -ltnp 'sport = :{port}' shows whose it is: stop it"


def _docker() -> Iterator[Finding]:
    if engine.answers():
        yield Finding("docker", "an engine answers")
    elif os.geteuid() == 0 and (shutil.which("dockerd") or shutil.which("apt-get")):
        yield Finding("docker", "no engine answers; make up will start one, because you are root")
    else:
        yield Finding(
            "docker", "no engine answers, and you are not root", "sudo systemctl start docker", fatal=True
        )


def _tools() -> Iterator[Finding]:
    way, reason = choose.choose()
    way.check()
    yield Finding("tools", f"{way.name} ({reason})")


def _cluster() -> Iterator[Finding]:
    if not minikube.exists():
        yield Finding("cluster", "none yet; make up creates it")
        return
    settings = json.loads(minikube.config_file().read_text())["KubernetesConfig"]
    wanted = {"ContainerRuntime": "docker", "KubernetesVersion": f"v{versions()['KUBERNETES_VERSION']}"}
    for key, value in wanted.items():
        if settings[key] != value:
            yield Finding(
                "cluster", f"its {key} is {settings[key]}, not {value}", "make nuke && make up", fatal=True
            )
            return
    yield Finding(
        "cluster", "running" if engine.answers() and minikube.running() else "stopped; make up starts it"
    )
