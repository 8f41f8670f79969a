"""Clones of this checkout in places where people put one, and the user who works there."""

import contextlib
import grp
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dev.base import paths
from dev.commands import testbed

# Variables of the user who runs the tests, not of the clone's user.
PERSONAL = (
    "HOME",
    "USER",
    "LOGNAME",
    "KUBECONFIG",
    "MINIKUBE_HOME",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "TODO_TOOLS",
)
TIMEOUT = 420  # seconds for all suites of one place


@dataclass(frozen=True)
class Place:
    """A clone, the command prefix that makes a program run as its user, and that user's environment."""

    root: Path
    prefix: Sequence[str]
    environment: Mapping[str, str]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run to the end, in the clone. Output and errors are one text, as a user would see them."""
        return subprocess.run(
            [*self.prefix, *command],
            cwd=self.root,
            env=dict(self.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )


@contextlib.contextmanager
def folder(mode: int) -> Iterator[Path]:
    """A temporary folder with that mode."""
    found = Path(tempfile.mkdtemp(prefix="todo-place-"))
    found.chmod(mode)
    try:
        yield found
    finally:
        shutil.rmtree(found)


def link_installed(target: Path) -> None:
    """The packages and tools of this checkout, so that nothing is installed a second time."""
    for name in (testbed.VENV, *(npm / "node_modules" for npm in testbed.NPM.values()), paths.BIN):
        link = target / name.relative_to(paths.ROOT)
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(name)
    if paths.STATE.exists():
        shutil.copytree(paths.STATE, target / ".dev" / "state")


def own(root: Path) -> Place:
    """A clone that belongs to the user who runs the tests."""
    return Place(root, (), os.environ)


def of_another(root: Path, home: Path) -> Place:
    """A clone of a user without rights, who may talk to Docker. Only root can lend that account."""
    account = pwd.getpwnam("nobody")
    for path in (root, *root.rglob("*"), home):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
    groups = [str(group.gr_gid) for group in grp.getgrall() if group.gr_name == "docker"]
    prefix = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}"]
    prefix.append(f"--groups={','.join(groups)}" if groups else "--clear-groups")
    own = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", *PERSONAL))}
    return Place(root, prefix, own | {"HOME": str(home), "USER": account.pw_name, "PATH": _path(account)})


def _path(account: pwd.struct_passwd) -> str:
    """The folders of PATH that this account may enter: what is in root's home is not for it."""
    probe = [
        "setpriv",
        f"--reuid={account.pw_uid}",
        f"--regid={account.pw_gid}",
        "--clear-groups",
        "test",
        "-x",
    ]
    folders = os.get_exec_path()
    return os.pathsep.join(
        each for each in folders if not subprocess.run([*probe, each], check=False).returncode
    )
