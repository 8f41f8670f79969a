"""The cluster's add-ons: metrics-server for `kubectl top`, kube-router for NetworkPolicies.

Each has a manifest in toolchain/, for the ways in which minikube does not bring it.
"""

from pathlib import Path

from dev.base import command, paths
from dev.base.environment import environment
from dev.ways.way import Environment, Way

ADDONS = ("metrics-server", "kube-router")
READY_TIMEOUT = "180s"  # the release way pulls an image meanwhile


def deploy(way: Way, node: Environment) -> None:
    """Apply add-ons that minikube lacks. `node` is the environment for the node's engine. Raises Failure."""
    for name in ADDONS:
        if name not in way.minikube_addons:
            _apply(name, way.addon_image(name, node))
    rollout = ["kubectl", "--namespace=kube-system", "rollout", "status", "daemonset/kube-router"]
    command.run([*rollout, f"--timeout={READY_TIMEOUT}"], _log(), env=environment())


def wait_for_metrics() -> None:
    """Wait for metrics-server. Until it answers, the API server can neither list nor delete a namespace's contents."""
    wait = ["kubectl", "wait", "--for=condition=Available", "apiservice/v1beta1.metrics.k8s.io"]
    command.run([*wait, f"--timeout={READY_TIMEOUT}"], _log(), env=environment())


def _apply(name: str, image: str) -> None:
    text = (paths.TOOLCHAIN / name / f"{name}.yaml").read_text(encoding="utf-8")
    manifest = paths.STATE / f"{name}.yaml"
    manifest.write_text(text.replace(f"image: {name} ", f"image: {image} "), encoding="utf-8")
    command.run(["kubectl", "apply", "--server-side", "-f", manifest], _log(), env=environment())


def _log() -> Path:
    return paths.LOGS / "addons.log"
