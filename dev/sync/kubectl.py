"""How the lane reaches the cluster: always ours, independent of the current context."""

from dev.base.catalogue import TILT
from dev.base.environment import environment
from dev.sync.pods import Container
from dev.sync.stream import receiver
from dev.sync.target import Target


def kubectl() -> list[str]:
    return ["kubectl", "--context", environment()["MINIKUBE_PROFILE"]]


def in_pod(container: Container) -> Target:
    """How to run a receiver in a container."""
    rule = container.rule
    where = ["exec", "--stdin", container.pod, "--container", container.name]
    command = [*kubectl(), *where, "--", *receiver()]
    return Target(container.pod, command, rule.folders, TILT, rule.reloader, environment())
