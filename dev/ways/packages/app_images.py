"""Builds the base images of the app's Dockerfiles, for networks without an image registry.

Each is a tar of a root file system that is imported into the node's engine. This machine's certificate authorities
come along, because a mirror may answer with a certificate of its own.
"""

import shutil
from pathlib import Path

from dev.base import command, paths
from dev.base.versions import versions
from dev.ways.packages.debian import RootFileSystem
from dev.ways.packages.images import CERTIFICATES

CA_HOOK = f"copy-in {CERTIFICATES} {CERTIFICATES.parent}"
# The environment of a container from such an image.
ENVIRONMENT = {
    "SSL_CERT_FILE": str(CERTIFICATES),
    "PIP_CERT": str(CERTIFICATES),
    "REQUESTS_CA_BUNDLE": str(CERTIFICATES),
    "NODE_EXTRA_CA_CERTS": str(CERTIFICATES),
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
}


def python_root() -> RootFileSystem:
    """Python with venv and pip, limited to what api/Dockerfile needs."""
    return _root(
        ["python3", "python3-venv", "python3-pip", "ca-certificates"], 'ln -sf python3 "$1/usr/bin/python"'
    )


def node_root(npm: str = "NPM") -> RootFileSystem:
    """Node.js with npm from the folder `npm`. Debian's npm would pull in four hundred packages."""
    modules = '"$1/usr/local/lib/node_modules"'
    links = (
        f'ln -s ../lib/node_modules/npm/bin/{name}-cli.js "$1/usr/local/bin/{name}"'
        for name in ("npm", "npx")
    )
    return _root(
        ["nodejs", "ca-certificates"],
        f"mkdir -p {modules} && cp -r '{npm}' {modules}/npm",
        *links,
        'chmod 0755 "$1"/usr/local/lib/node_modules/npm/bin/*.js',
    )


def postgres_root() -> RootFileSystem:
    """PostgreSQL with the program that creates its certificate."""
    package = f"postgresql-{versions()['POSTGRES_MAJOR']}"
    # the package creates a database cluster that is not needed
    return _root([package, "openssl", "ca-certificates"], 'rm -rf "$1"/var/lib/postgresql/*')


def python(target: Path, log: Path, _results: dict[str, Path]) -> None:
    """A tar of `python_root`."""
    python_root().write(target, log)


def node(target: Path, log: Path, _results: dict[str, Path]) -> None:
    """A tar of `node_root`, with npm from its package."""
    work = paths.BUILD / "npm"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    package = f"npm@{versions()['NPM_VERSION']}"
    command.run(["npm", "pack", "--silent", "--pack-destination", work, package], log)
    command.run(["tar", "-xzf", next(work.glob("*.tgz")), "-C", work], log)
    node_root(str(work / "package")).write(target, log)


def postgres(target: Path, log: Path, _results: dict[str, Path]) -> None:
    """A tar of `postgres_root`."""
    postgres_root().write(target, log)


def _root(packages: list[str], *hooks: str) -> RootFileSystem:
    return RootFileSystem(versions()["APP_IMAGE_SUITE"], tuple(packages), hooks=(CA_HOOK, *hooks))
