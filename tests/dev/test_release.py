"""The release way: a wrong hash stops the install and leaves nothing behind."""

import dataclasses
import hashlib
import tarfile
from pathlib import Path

import pytest

from dev.base import paths
from dev.base.failure import Failure
from dev.ways import release


def test_a_right_hash_installs_an_executable(site: tuple[str, Path], tmp_path: Path) -> None:
    url, folder = site
    (folder / "tool").write_bytes(b"#!/bin/sh\n")
    target = tmp_path / "bin"
    release.install(
        release.Download("tool", f"{url}/tool", hashlib.sha256(b"#!/bin/sh\n").hexdigest()), target
    )
    assert target.read_bytes() == b"#!/bin/sh\n"
    assert target.stat().st_mode & 0o111


def test_an_archive_is_checked_whole_and_its_member_installed(site: tuple[str, Path], tmp_path: Path) -> None:
    url, folder = site
    (tmp_path / "tilt").write_bytes(b"program")
    with tarfile.open(folder / "tilt.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "tilt", "tilt")
    sha = hashlib.sha256((folder / "tilt.tar.gz").read_bytes()).hexdigest()
    release.install(release.Download("tilt", f"{url}/tilt.tar.gz", sha, "tilt"), tmp_path / "bin")
    assert (tmp_path / "bin").read_bytes() == b"program"


def test_a_wrong_hash_installs_nothing_and_prints_both_hashes(site: tuple[str, Path], tmp_path: Path) -> None:
    url, folder = site
    (folder / "tool").write_bytes(b"something else")
    found = hashlib.sha256(b"something else").hexdigest()
    with pytest.raises(Failure) as caught:
        release.install(release.Download("tool", f"{url}/tool", "0" * 64), tmp_path / "bin")
    assert (
        found in str(caught.value) and "0" * 64 in str(caught.value) and "versions.env" in str(caught.value)
    )
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_missing_file_names_the_remedy(site: tuple[str, Path], tmp_path: Path) -> None:
    with pytest.raises(Failure, match="TODO_TOOLS=packages"):
        release.install(release.Download("tool", f"{site[0]}/none", "0" * 64), tmp_path / "bin")


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_tool_has_a_whole_hash_for_both_architectures(machine: str) -> None:
    downloads = release.downloads(machine)
    assert {download.tool for download in downloads} == {"tilt", "minikube", "kubectl", "direnv"}
    assert all(len(download.sha256) == 64 and "latest" not in download.url for download in downloads)


def test_another_architecture_is_refused() -> None:
    with pytest.raises(Failure, match="riscv64"):
        release.downloads("riscv64")


PROGRAMS = ("tilt", "direnv")


@pytest.fixture
def served(site: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[release.Download]:
    """Two programs on a server, with correct pins, and the test's own cache."""
    for name in ("CACHE", "TOOLS", "BUILD", "LOGS"):
        monkeypatch.setattr(paths, name, tmp_path / "cache" / name.lower())
    url, folder = site
    for name in PROGRAMS:
        (folder / name).write_text(name)
    found = [
        release.Download(name, f"{url}/{name}", hashlib.sha256(name.encode()).hexdigest())
        for name in PROGRAMS
    ]
    monkeypatch.setattr(release, "downloads", lambda: found)
    return found


def test_the_dev_container_gets_every_program(served: list[release.Download], tmp_path: Path) -> None:
    target = tmp_path / "bin"
    assert release.main(["--into", str(target)]) == 0
    assert {file.name: file.read_text() for file in target.iterdir()} == {name: name for name in PROGRAMS}
    assert all(file.stat().st_mode & 0o111 for file in target.iterdir())
    assert release.main(["--into", str(target)]) == 0


def test_make_up_finds_what_the_dev_container_has_checked(
    served: list[release.Download], site: tuple[str, Path], tmp_path: Path
) -> None:
    release.main(["--into", str(tmp_path / "bin")])
    for file in site[1].iterdir():
        file.unlink()
    assert list(release.Release().tools()) == ["tilt"]  # and no direnv, which the cluster does not need


def test_one_wrong_hash_installs_none_of_them(served: list[release.Download], tmp_path: Path) -> None:
    served[1] = dataclasses.replace(served[1], sha256="0" * 64)
    with pytest.raises(Failure, match="Nothing was installed"):
        release.main(["--into", str(tmp_path / "bin")])
    assert not (tmp_path / "bin").exists()
    assert not list((tmp_path / "cache").rglob("direnv*.partial*"))
