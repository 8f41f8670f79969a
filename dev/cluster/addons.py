"""What the cluster runs beside the application: metrics-server for `kubectl top`, kube-router for NetworkPolicies.

Each has a manifest in toolchain. In the release way metrics-server is minikube's own add-on, and
kube-router's published image is pulled.
"""

from collections.abc import Mapping
from pathlib import Path

from dev.base import command, paths
from dev.base.environment import environment
from dev.base.versions import versions
from dev.ways import choose
from dev.ways.packages import images

PUBLISHED_KUBE_ROUTER = "cloudnativelabs/kube-router"
READY_TIMEOUT = "180s"  # the release way pulls an image meanwhile


def deploy(results: Mapping[str, Path], node: dict[str, str]) -> None:
    """Apply both. `node` is the environment in which `docker` talks to the node's engine. Raises Failure."""
    if "kube-router-image" in results:
        for name, program in images.ADDONS.items():
            _apply(name, _imported(results[f"{name}-image"], program, node))
    else:
        _apply("kube-router", f"{PUBLISHED_KUBE_ROUTER}:v{versions()['KUBE_ROUTER_VERSION']}")
    rollout = ["kubectl", "--namespace=kube-system", "rollout", "status", "daemonset/kube-router"]
    command.run([*rollout, f"--timeout={READY_TIMEOUT}"], _log(), env=environment())


def wait_for_metrics() -> None:
    """Until metrics-server answers. Before it does, the API server can't say what a namespace holds, nor delete it."""
    wait = ["kubectl", "wait", "--for=condition=Available", "apiservice/v1beta1.metrics.k8s.io"]
    command.run([*wait, f"--timeout={READY_TIMEOUT}"], _log(), env=environment())


def _imported(image: Path, program: str, node: dict[str, str]) -> str:
    """The tag of the image in the node, made of the tar `image`."""
    tag = choose.image_tag(image)
    if not command.succeeds(["docker", "image", "inspect", tag], env=node):
        start = f'--change=ENTRYPOINT ["{program}"]'
        command.run(["docker", "import", start, image, tag], _log(), env=node)
    return tag


def _apply(name: str, image: str) -> None:
    text = (paths.TOOLCHAIN / name / f"{name}.yaml").read_text(encoding="utf-8")
    manifest = paths.STATE / f"{name}.yaml"
    manifest.write_text(text.replace(f"image: {name} ", f"image: {image} "), encoding="utf-8")
    command.run(["kubectl", "apply", "--server-side", "-f", manifest], _log(), env=environment())


def _log() -> Path:
    return paths.LOGS / "addons.log"
