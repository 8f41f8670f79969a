"""The dev container without an image registry: devcontainer/Dockerfile on our own Debian, on the host's engine."""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from dev.base import command, engine, paths
from dev.base.environment import ours
from dev.base.failure import Failure
from dev.base.versions import versions
from dev.ways import choose
from dev.ways.packages import app_images, debian
from dev.ways.packages.images import CERTIFICATES
from dev.ways.packages.way import Packages

FOLDER = paths.ROOT / "devcontainer"
IMAGE = "local/todo-devcontainer"
# elsewhere from the Dockerfile's bases, from Docker's feature and from the publishers
INSTEAD = ["python3", "python3-venv", "python3-pip", "nodejs", "docker-cli", "direnv"]
SOCKET = Path("/var/run/docker.sock")


def main(argv: Sequence[str]) -> int:
    """Run a command, or a shell, in the dev container built from packages."""
    way, _ = choose.choose()
    if not isinstance(way, Packages):
        raise Failure(
            "the image registries answer here", "open the folder in an editor that knows dev containers"
        )
    image = build(way)
    terminal = ["--tty"] if os.isatty(0) else []
    os.execvp("docker", ["docker", "run", *terminal, *options(), image, *(argv or ["bash"])])  # noqa: S606


def build(way: Packages) -> str:
    """Build the image if something changed, and return its name. Raises Failure with the end of the log."""
    words = [f"--build-arg={name}={value}" for name, value in arguments(way).items()]
    label = f"image={IMAGE}"
    print(f"building {IMAGE}  log: {_log()}", flush=True)
    build = ["docker", "build", f"--tag={IMAGE}", f"--label={label}", f"--file={FOLDER / 'Dockerfile'}"]
    # the classic builder is the only one that needs no plugin
    command.run([*build, *words, paths.ROOT], _log(), env={**os.environ, "DOCKER_BUILDKIT": "0"})
    # the image that had the name until now
    command.run(["docker", "image", "prune", "--force", f"--filter=label={label}"], _log())
    return IMAGE


def arguments(way: Packages) -> dict[str, str]:
    """The Dockerfile's build arguments. Builds the images that they name."""
    engine.ensure(way.shim())
    node = way.results["nodejs-image"]
    return {
        "TOOLS": "packages",
        "BASE_IMAGE": _base(),
        "NODE_IMAGE": _imported(node, f"{IMAGE}-node:{node.name}"),
    }


def options() -> list[str]:
    """As in .devcontainer/host-engine: the same paths and network inside and outside. Runs as root."""
    if not SOCKET.is_socket():
        raise Failure(f"the Docker engine does not listen on {SOCKET}", "use an engine that does")
    search = f"{paths.BIN}{os.pathsep}{app_images.ENVIRONMENT['PATH']}"
    variables = {**ours(), "PATH": search, "XDG_CACHE_HOME": paths.CACHE.parent}
    return [
        *("--rm", "--interactive", "--init", "--network=host", "--user=0", f"--workdir={paths.ROOT}"),
        *(f"--volume={path}:{path}" for path in (paths.ROOT, paths.CACHE, SOCKET)),
        *(f"--env={name}={value}" for name, value in variables.items()),
    ]


def _base() -> str:
    """A Debian with everything that the Dockerfile would otherwise download."""
    packages = (*debian.listed(FOLDER / "packages.txt"), *INSTEAD)
    debian_root = debian.RootFileSystem(versions()["APP_IMAGE_SUITE"], packages, hooks=(app_images.CA_HOOK,))
    key = hashlib.sha256(debian_root.key().encode() + CERTIFICATES.read_bytes())
    image = f"{IMAGE}-base:{key.hexdigest()[:12]}"
    if command.succeeds(["docker", "image", "inspect", image]):
        return image
    print(f"building the dev container's Debian, some minutes  log: {_log()}", flush=True)
    # Not in paths.BUILD, which another run empties when it has finished its tools.
    with tempfile.TemporaryDirectory(dir=paths.CACHE, prefix="devcontainer-") as folder:
        root = Path(folder) / "root.tar"
        debian_root.write(root, _log())
        return _imported(root, image)


def _imported(root: Path, image: str) -> str:
    if not command.succeeds(["docker", "image", "inspect", image]):
        variables = [f"--change=ENV {name}={value}" for name, value in app_images.ENVIRONMENT.items()]
        command.run(["docker", "import", *variables, root, image], _log())
    return image


def _log() -> Path:
    return paths.LOGS / "devcontainer.log"
