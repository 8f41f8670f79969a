"""The release way: a wrong hash stops the install and leaves nothing behind."""

import hashlib
import http.server
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev import release
from dev.failure import Failure


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A real HTTP server on localhost and the folder that it serves."""
    folder = tmp_path / "site"
    folder.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: object, **options: object) -> None:
            super().__init__(*args, directory=str(folder), **options)  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()


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


def test_a_wrong_hash_installs_nothing_and_says_both_hashes(site: tuple[str, Path], tmp_path: Path) -> None:
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
    assert {download.tool for download in downloads} == {"tilt", "minikube", "kubectl"}
    assert all(len(download.sha256) == 64 and "latest" not in download.url for download in downloads)


def test_another_architecture_is_refused() -> None:
    with pytest.raises(Failure, match="riscv64"):
        release.downloads("riscv64")
