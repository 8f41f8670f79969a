"""Makes the base images of the app's Dockerfiles, for networks without an image registry.

Each is a tar of a root file system; dev/cluster.py imports it into the node's engine. The host's certificate
authorities come along, because a mirror may answer with a certificate of its own.
"""

import os
import shutil
from pathlib import Path

from dev import command, paths
from dev.packages import debian
from dev.packages.images import CERTIFICATES
from dev.versions import versions

CA_HOOK = f"copy-in {CERTIFICATES} {CERTIFICATES.parent}"
ENVIRONMENT = {
    "SSL_CERT_FILE": str(CERTIFICATES),
    "PIP_CERT": str(CERTIFICATES),
    "REQUESTS_CA_BUNDLE": str(CERTIFICATES),
    "NODE_EXTRA_CA_CERTS": str(CERTIFICATES),
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
}


def python(target: Path, log: Path, _results: dict[str, Path]) -> None:
    """Python with venv and pip, as far as api/Dockerfile needs it."""
    packages = ["python3", "python3-venv", "python3-pip", "ca-certificates"]
    _root(target, log, packages, ['ln -sf python3 "$1/usr/bin/python"'])


def node(target: Path, log: Path, _results: dict[str, Path]) -> None:
    """Node.js with npm; Debian's own npm would bring four hundred packages along."""
    work = paths.BUILD / "npm"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    package = f"npm@{versions()['NPM_VERSION']}"
    command.run(["npm", "pack", "--silent", "--pack-destination", work, package], log, env=dict(os.environ))
    command.run(["tar", "-xzf", next(work.glob("*.tgz")), "-C", work], log)
    modules = '"$1/usr/local/lib/node_modules"'
    hooks = [
        f"mkdir -p {modules} && cp -r {work}/package {modules}/npm",
        *(
            f'ln -s ../lib/node_modules/npm/bin/{name}-cli.js "$1/usr/local/bin/{name}"'
            for name in ("npm", "npx")
        ),
        'chmod 0755 "$1"/usr/local/lib/node_modules/npm/bin/*.js',
    ]
    _root(target, log, ["nodejs", "ca-certificates"], hooks)


def postgres(target: Path, log: Path, _results: dict[str, Path]) -> None:
    """PostgreSQL 17 with the program that makes a certificate."""
    hooks = ['rm -rf "$1"/var/lib/postgresql/*']  # the package starts a cluster that nobody wants
    _root(target, log, ["postgresql-17", "openssl", "ca-certificates"], hooks)


def _root(target: Path, log: Path, packages: list[str], hooks: list[str]) -> None:
    suite = versions()["APP_IMAGE_SUITE"]
    debian.root_file_system(target, log, suite, packages, hooks=[CA_HOOK, *hooks])
