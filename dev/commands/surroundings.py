"""Problems of the machine with misleading symptoms: too few inotify watches, a clock that is behind, another Tilt.

None of them stops `make up`. Each would later look like a different problem.
"""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from dev.base import command, engine, paths
from dev.base.failure import Failure
from dev.base.versions import versions
from dev.cluster import minikube
from dev.commands.finding import Finding

INOTIFY = Path("/proc/sys/fs/inotify")
# the cluster with all pods holds 766 (measured); Tilt, a browser and an editor on the same kernel need more
INOTIFY_WATCHES = 16384
SKEW = 5.0  # seconds; beyond this, certificates and tokens are not yet or no longer valid


def inotify() -> Iterator[Finding]:
    """The kernel's limits for watching files, which host and pods share."""
    wanted = {"max_user_instances": minikube.INOTIFY_INSTANCES, "max_user_watches": INOTIFY_WATCHES}
    found = {name: int((INOTIFY / name).read_text()) for name in wanted}
    low = [name for name, enough in wanted.items() if found[name] < enough]
    if low and not minikube.may_raise_inotify():
        said = ", ".join(f"{name} is {found[name]}" for name in low)
        remedy = " ".join(f"fs.inotify.{name}={wanted[name]}" for name in low)
        yield Finding("inotify", f"{said}: dev servers may stop seeing changes", f"sudo sysctl {remedy}")
    else:
        yield Finding("inotify", ", ".join(f"{name} {value}" for name, value in found.items()))


def clock() -> Iterator[Finding]:
    """Docker's virtual machine falls behind while the laptop sleeps. Tokens then seem to come from the future."""
    if not (minikube.exists() and engine.answers()):
        return
    begin = time.time()
    try:
        said = float(command.output(["docker", "exec", versions()["MINIKUBE_PROFILE"], "date", "+%s.%N"]))
    except Failure:
        return  # a stopped node has no clock
    skew = max(begin - said, said - time.time(), 0.0)
    if skew > SKEW:
        yield Finding("clock", f"the node's is {skew:.0f} s off this machine's", "restart Docker")
    else:
        yield Finding("clock", "the node's is right")


def other_tilt() -> Iterator[Finding]:
    """`tilt up` runs the first one in PATH."""
    found = shutil.which("tilt")
    if not found or Path(found).parent == paths.BIN:
        return
    try:
        said = command.output([found, "version"]).partition(",")[0]
    except Failure:
        said = "one that does not start"
    if said != f"v{versions()['TILT_VERSION']}":
        remedy = "direnv allow" if shutil.which("direnv") else f"export PATH={paths.BIN}{os.pathsep}$PATH"
        yield Finding("tilt", f"{found} is {said}; ours is v{versions()['TILT_VERSION']}", remedy)
