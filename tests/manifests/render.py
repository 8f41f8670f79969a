"""The manifests that a cluster would get, rendered by kubectl's own kustomize, as plain Python values."""

import functools
import shutil
import subprocess
from typing import Any

import yaml

from dev.base import catalogue, paths

ROOT = paths.ROOT
STAND_INS = tuple(place for service in catalogue.stand_ins().values() for place in service.manifests)
OVERLAYS = ("k8s", "deploy/overlays/dev", "deploy/overlays/prod")
PLAIN = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("k8s", "standins")
    for path in (ROOT / folder).glob("**/*.yaml")
)
Document = dict[str, Any]


@functools.cache
def rendered(overlay: str) -> str:
    """`kubectl kustomize` of a folder of the repository."""
    ours = paths.BIN / "kubectl"
    kubectl = ours if ours.exists() else shutil.which("kubectl")
    assert kubectl, "kubectl is missing: run `make tools`"
    return subprocess.run(
        [kubectl, "kustomize", ROOT / overlay], check=True, capture_output=True, text=True
    ).stdout


def documents(place: str) -> list[Document]:
    """All objects of a folder to render, or of one plain file."""
    text = rendered(place) if (ROOT / place).is_dir() else (ROOT / place).read_text()
    return [document for document in yaml.safe_load_all(text) if document]


def named(place: str) -> dict[str, Document]:
    """The objects of a place by `Kind/name`."""
    return {f"{found['kind']}/{found['metadata']['name']}": found for found in documents(place)}


def pod_specs(place: str) -> dict[str, Document]:
    """The pod specs of a place's workloads, by `Kind/name`."""
    return {
        name: found["spec"]["template"]["spec"]
        for name, found in named(place).items()
        if "template" in found.get("spec", {})
    }


def containers(pod: Document) -> list[Document]:
    """Init containers included."""
    found: list[Document] = pod.get("initContainers", []) + pod["containers"]
    return found
