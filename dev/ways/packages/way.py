"""The `packages` way: everything is built from package registries, and no image is pulled."""

import functools
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from dev.base import command, paths
from dev.base.failure import Failure
from dev.base.versions import versions
from dev.ways.packages import app_images, go, images, plan

NODE_IMAGE = "local/todo-node"
# Base image of the app: the step that builds it.
APP_IMAGES = {"python": "python-image", "node": "nodejs-image", "postgres": "postgres-image"}
BINARIES = ("kubeadm", "kubelet", "kubectl")


class Packages:
    """Builds the tools once per machine and imports images from files."""

    name = "packages"
    minikube_addons: Sequence[str] = ()

    @functools.cached_property
    def results(self) -> dict[str, Path]:
        """Everything that is built, by step."""
        return plan.build()

    def check(self) -> None:
        if plan.is_built():
            return
        go.check()
        for program in ("npm", "node"):
            if not shutil.which(program):
                raise Failure(f"the packages way needs {program}", "install Node.js 20 with npm")

    def first_build(self) -> bool:
        return not paths.TOOLS.exists()

    def tools(self) -> Mapping[str, Path]:
        steps = {"kubectl": "kubernetes", "minikube": "minikube", "tilt": "tilt"}
        return {name: self.results[step] for name, step in steps.items()}

    def shim(self) -> Path:
        return self.results["oci-shim"]

    def app_images(self) -> Mapping[str, str]:
        return {name: image_tag(self.results[step]) for name, step in APP_IMAGES.items()}

    def load_before_start(self) -> None:
        self._load_node_image()
        self._fill_cache()

    def start_options(self) -> Sequence[str]:
        """The add-ons' images can't be pulled; the others are in minikube's cache."""
        node = f"--base-image={image_tag(self.results['node-image'])}"
        return [node, "--preload=false", "--cache-images=true", "--install-addons=false"]

    def load_into(self, node: Mapping[str, str]) -> None:
        variables = [f"--change=ENV {key}={value}" for key, value in app_images.ENVIRONMENT.items()]
        for name, step in APP_IMAGES.items():
            if _import(self.results[step], variables, node):
                print(f"imported the base image {name} into the cluster", flush=True)

    def addon_image(self, name: str, node: Mapping[str, str]) -> str:
        image = self.results[f"{name}-image"]
        _import(image, [f'--change=ENTRYPOINT ["{images.ADDONS[name]}"]'], node)
        return image_tag(image)

    def _load_node_image(self) -> None:
        tag = image_tag(self.results["node-image"])
        if not command.succeeds(["docker", "image", "inspect", tag]):
            command.run(["docker", "load", "--input", self.results["node-image"]], _log())
            command.run(["docker", "tag", f"{NODE_IMAGE}:latest", tag], _log())
            command.run(["docker", "image", "rm", f"{NODE_IMAGE}:latest"], _log())

    def _fill_cache(self) -> None:
        """Put binaries and images where minikube looks for them before it downloads."""
        cache = paths.MINIKUBE_HOME / ".minikube" / "cache"
        version = "v" + versions()["KUBERNETES_VERSION"]
        for name in BINARIES:
            _hard_link(self.results["kubernetes"], cache / "linux" / "amd64" / version / name)
        for file in self.results["kubernetes-images"].rglob("*"):
            if file.is_file():
                place = file.relative_to(self.results["kubernetes-images"])
                _hard_link(file, cache / "images" / "amd64" / "registry.k8s.io" / place)


def image_tag(result: Path) -> str:
    """`local/todo-python:1a2b3c` for the result `python-image-1a2b3c`."""
    name, _, key = result.name.rpartition("-")
    return f"local/todo-{name.removesuffix('-image')}:{key}"


def _import(root: Path, changes: Sequence[str], node: Mapping[str, str]) -> bool:
    """Import a root file system as an image; False if the node has it already."""
    tag = image_tag(root)
    if command.succeeds(["docker", "image", "inspect", tag], env=node):
        return False
    command.run(["docker", "import", *changes, root, tag], _log(), env=node)
    return True


def _hard_link(source: Path, target: Path) -> None:
    if target.exists() and target.samefile(source):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    os.link(source, target)


def _log() -> Path:
    return paths.LOGS / "images.log"
