"""How the lane reaches the cluster: always ours, independent of the current context."""

import dataclasses

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
    return Target(container.pod, command, rule.folders, TILT, rule.reloader, environment=environment())


def compared(container: Container) -> Target:
    """The same without writing: Tilt's copies are not led aside, and no server is told of them."""
    return dataclasses.replace(in_pod(container), tilt="", reloader="", read_only=True)
