"""The `release` way: the publishers' binaries, pinned and checked before use; images are pulled by minikube itself."""

import argparse
import contextlib
import hashlib
import os
import platform
import shutil
import tarfile
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dev.base import steps
from dev.base.failure import Failure
from dev.base.versions import versions

TIMEOUT = 30  # seconds without a byte
# architecture: (name in hashes and most addresses, name in Tilt's address)
ARCHITECTURES = {"x86_64": ("amd64", "x86_64"), "aarch64": ("arm64", "arm64"), "arm64": ("arm64", "arm64")}
OF_THE_SHELL = "direnv"  # only `.envrc` needs it; the others bring up the cluster
PUBLISHED = {"kube-router": "cloudnativelabs/kube-router"}  # images of add-ons that minikube does not bring


@dataclass(frozen=True)
class Download:
    """A publisher's file; `member` is the program's name in it if it is an archive.

    `published` is where the publisher says its SHA-256: a checksum file, or GitHub's record of the release.
    """

    tool: str
    url: str
    sha256: str
    member: str = ""
    published: str = ""


def downloads(machine: str = "") -> list[Download]:
    """The files for this machine's architecture. Raises Failure for another than amd64 and arm64."""
    machine = machine or platform.machine()
    if machine not in ARCHITECTURES:
        raise Failure(f"there are no pinned binaries for {machine}", "use a machine with amd64 or arm64")
    pins = versions()
    names = ARCHITECTURES[machine]
    return [
        Download(
            tool.lower(),
            url,
            pins[f"{tool}_SHA256_{names[0].upper()}"],
            "tilt" if tool == "TILT" else "",
            published,
        )
        for tool, (url, published) in _addresses(pins, *names).items()
    ]


def _addresses(pins: dict[str, str], arch: str, tilt_arch: str) -> dict[str, tuple[str, str]]:
    """By tool: the file and where its publisher says the SHA-256."""
    tilt, minikube, kubectl, direnv = (
        pins[f"{tool}_VERSION"] for tool in ("TILT", "MINIKUBE", "KUBECTL", "DIRENV")
    )
    of_tilt = f"https://github.com/tilt-dev/tilt/releases/download/v{tilt}"
    of_minikube = (
        f"https://github.com/kubernetes/minikube/releases/download/v{minikube}/minikube-linux-{arch}"
    )
    of_kubectl = f"https://dl.k8s.io/release/v{kubectl}/bin/linux/{arch}/kubectl"
    return {
        "TILT": (f"{of_tilt}/tilt.{tilt}.linux.{tilt_arch}.tar.gz", f"{of_tilt}/checksums.txt"),
        "MINIKUBE": (of_minikube, f"{of_minikube}.sha256"),
        "KUBECTL": (of_kubectl, f"{of_kubectl}.sha256"),
        "DIRENV": (
            f"https://github.com/direnv/direnv/releases/download/v{direnv}/direnv.linux-{arch}",
            f"https://api.github.com/repos/direnv/direnv/releases/tags/v{direnv}",
        ),
    }


class Release:
    """Downloads the publishers' programs; minikube pulls the images itself."""

    name = "release"
    minikube_addons: Sequence[str] = ("metrics-server",)

    def check(self) -> None:
        downloads()  # refuses an unknown architecture

    def first_build(self) -> bool:
        return False

    def tools(self) -> Mapping[str, Path]:
        """Download what is missing. Raises Failure, and then leaves nothing behind."""
        results = steps.run([_step(download) for download in downloads() if download.tool != OF_THE_SHELL])
        return {name.removesuffix("-release"): program for name, program in results.items()}

    def shim(self) -> None:
        return None

    def app_images(self) -> Mapping[str, str]:
        return {}

    def load_before_start(self) -> None:
        """Nothing: minikube downloads it."""

    def start_options(self) -> Sequence[str]:
        return ()

    def load_into(self, node: Mapping[str, str]) -> None:
        """Nothing: builds pull their base images."""

    def addon_image(self, name: str, _node: Mapping[str, str]) -> str:
        return f"{PUBLISHED[name]}:v{versions()[name.upper().replace('-', '_') + '_VERSION']}"


def main(argv: Sequence[str]) -> int:
    """Download, check and install every pinned program into a folder."""
    parser = argparse.ArgumentParser(prog="python3 -m dev release-tools", description=main.__doc__)
    parser.add_argument("--into", type=Path, required=True, metavar="FOLDER")
    folder: Path = parser.parse_args(argv).into
    results = steps.run([_step(download) for download in downloads()])
    folder.mkdir(parents=True, exist_ok=True)
    for name, program in results.items():
        _place(program, folder / name.removesuffix("-release"))
    return 0


def _place(program: Path, target: Path) -> None:
    new = target.with_name(f".{target.name}.new")
    new.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # a link costs no space, but the cache may be on another file system
        os.link(program, new)
    if not new.exists():
        shutil.copy2(program, new)
    os.replace(new, target)


def _step(download: Download) -> steps.Step:
    def build(target: Path, log: Path, _results: dict[str, Path]) -> None:
        log.write_text(f"{download.url}\n")
        install(download, target)

    return steps.Step(f"{download.tool}-release", build, inputs=(download.url, download.sha256))


def install(download: Download, target: Path) -> None:
    """Fetch, compare the hash, and only then make the program at `target`."""
    fetched = target.with_name(target.name + ".download")
    try:
        _fetch(download.url, fetched)
        found = hashlib.sha256(fetched.read_bytes()).hexdigest()
        if found != download.sha256:
            raise Failure(
                f"{download.tool}: the SHA-256 of {download.url} is {found}, pinned is {download.sha256}. "
                "Nothing was installed",
                "compare with the publisher's checksums, then fix devcontainer/versions.env",
            )
        if download.member:
            with tarfile.open(fetched) as archive, target.open("wb") as program:
                member = archive.extractfile(download.member)
                if member is None:
                    raise Failure(
                        f"{download.url} holds no {download.member}", "fix devcontainer/versions.env"
                    )
                program.write(member.read())
        else:
            os.replace(fetched, target)
        target.chmod(0o755)
    except BaseException:
        steps.remove(target)
        raise
    finally:
        steps.remove(fetched)


def _fetch(url: str, target: Path) -> None:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer, target.open("wb") as file:
            while block := answer.read(1 << 20):
                file.write(block)
    except OSError as error:
        raise Failure(f"{url}: {error}", "check the network, or use TODO_TOOLS=packages") from error
