"""A copy of this checkout in its own git repository, for tests that change files or commit."""

import subprocess
from pathlib import Path

from dev.base import paths

IDENTITY = ("-c", "user.name=A Person", "-c", "user.email=person@example.org")


def git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)


def copy(folder: Path) -> Path:
    """Commit the current files, including untracked ones, to a new repository in `folder`."""
    listed = git(paths.ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").stdout
    for name in filter(None, listed.split("\0")):
        source = paths.ROOT / name
        if source.is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(source.read_bytes())
            (folder / name).chmod(source.stat().st_mode)
    for command in (["init", "--quiet"], ["add", "--all"], [*IDENTITY, "commit", "--quiet", "-m", "Add all"]):
        done = git(folder, *command)
        assert done.returncode == 0, done.stderr
    return folder
