"""What git does with a checkout: line endings on every system, and the hook that checks a commit's subject."""

import subprocess
from pathlib import Path

import pytest

from dev.base import paths
from tests.support.repository import IDENTITY, git


def test_a_windows_clone_has_unix_line_endings(repository: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    cloned = git(tmp_path, "clone", "--quiet", "-c", "core.autocrlf=true", str(repository), str(clone))
    assert cloned.returncode == 0, cloned.stderr
    endings = git(clone, "ls-files", "--eol").stdout.splitlines()
    assert len(endings) > 300
    assert [line for line in endings if "w/crlf" in line or "w/mixed" in line] == []
    assert (
        subprocess.run(
            ["sh", "-n", clone / "standins" / "postgres" / "entrypoint.sh"], check=False
        ).returncode
        == 0
    )
    assert git(clone, "status", "--porcelain").stdout == ""


def test_pictures_arrive_unchanged(repository: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "-c", "core.autocrlf=true", str(repository), str(clone))
    pictures = list((paths.ROOT / "docs" / "images").glob("*.png"))
    assert pictures
    for picture in pictures:
        assert (clone / picture.relative_to(paths.ROOT)).read_bytes() == picture.read_bytes()


@pytest.mark.parametrize(
    ("subject", "complaint"),
    [
        ("Add a hook that checks subjects", ""),
        ("A" * 72, ""),
        ("A" * 73, "73 characters"),
        ("Größe " * 12, ""),  # 72 characters, more bytes; git strips the last blank
        ("Fix the tests.", "full stop"),
        ("fix the tests", "lower-case"),
        ("fixup! fix the tests", ""),
        ('Revert "' + "A" * 72 + '"', ""),
    ],
)
def test_the_hook_checks_the_subject(repository: Path, subject: str, complaint: str) -> None:
    done = subprocess.run(["make", "hooks"], cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    commit = git(
        repository, *IDENTITY, "commit", "--allow-empty", "-m", subject, "-m", "a body, as long. " * 9
    )
    assert (commit.returncode == 0) == (not complaint), commit.stderr
    assert complaint in commit.stderr
