"""Why pods are missing, refused or failing, and the remedy, from Kubernetes' own reports."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dev.base import catalogue

Object = Mapping[str, Any]
NO_IMAGE = ("ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName")
UNSTARTED = ("CreateContainerConfigError", "CreateContainerError", "RunContainerError")
PUBLIC = 400  # characters of Kubernetes' message


@dataclass(frozen=True)
class Trouble:
    """A line for the log of a Tilt resource. Two are the same trouble if all fields are equal."""

    resource: str
    reason: str
    remedy: str
    build: str = ""
    """When the build that failed began."""

    def line(self) -> str:
        return f"{self.reason}. Remedy: {self.remedy}"


def troubles(objects: Iterable[Object]) -> list[Trouble]:
    """The troubles of these Deployments and pods, each once rather than per replica."""
    found: dict[Trouble, None] = {}
    for each in objects:
        resource = _resource(each)
        lines = _of_deployment(each) if each["kind"] == "Deployment" else _of_pod(each, resource)
        found |= {Trouble(resource, reason, remedy): None for reason, remedy in lines}
    return list(found)


def _resource(found: Object) -> str:
    """Its name in Tilt: the service of the catalogue with its image, otherwise the name of its Deployment."""
    spec = found["spec"]["template"]["spec"] if found["kind"] == "Deployment" else found["spec"]
    images = {_name(container["image"]) for container in spec["containers"]}
    services = catalogue.services().items()
    ours = next((name for name, service in services if service.image in images), "")
    name = str(found["metadata"]["name"])
    # a Deployment's pods are named NAME-HASH-SUFFIX
    return ours or (name if found["kind"] == "Deployment" else name.rsplit("-", 2)[0])


def _name(image: str) -> str:
    """`todo-backend` of `docker.io/library/todo-backend:tilt-1`."""
    return image.rpartition("/")[2].partition("@")[0].partition(":")[0]


Lines = Iterator[tuple[str, str]]


def _of_deployment(deployment: Object) -> Lines:
    for condition in deployment.get("status", {}).get("conditions", []):
        if condition["type"] != "ReplicaFailure" or condition["status"] != "True":
            continue
        message = short(condition.get("message", ""))
        if "violates PodSecurity" in message:
            remedy = "copy the securityContext of a manifest in k8s/, for the pod and for each container"
        else:
            remedy = "change what the message names in the manifest"
        yield f"Kubernetes refuses the pods: {message}", remedy


def _of_pod(pod: Object, resource: str) -> Lines:
    status = pod.get("status", {})
    if "deletionTimestamp" in pod["metadata"] or status.get("phase") == "Succeeded":
        return
    if status.get("reason") == "Evicted":
        yield f"a pod was evicted: {short(status.get('message', ''))}", "make doctor shows what is short"
    for condition in status.get("conditions", []):
        if condition["type"] == "PodScheduled" and condition.get("reason") == "Unschedulable":
            message = short(condition.get("message", ""))
            yield f"no node takes the pod: {message}", "make doctor shows what is short"
    limits = {each["name"]: each.get("resources", {}).get("limits", {}) for each in _containers(pod["spec"])}
    for each in [*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])]:
        yield from _of_container(each, limits.get(each["name"], {}), resource)


def _containers(spec: Object) -> list[Object]:
    return [*spec.get("initContainers", []), *spec["containers"]]


def _of_container(status: Object, limits: Mapping[str, str], resource: str) -> Lines:
    name, waiting = status["name"], status["state"].get("waiting", {})
    reason, message = waiting.get("reason", ""), short(waiting.get("message", ""))
    ended = status["state"].get("terminated") or status.get("lastState", {}).get("terminated", {})
    if reason in NO_IMAGE:
        if any(service.image == _name(status["image"]) for service in catalogue.services().values()):
            remedy = f"tilt trigger {resource}, which builds it into the node"
        else:
            remedy = "correct its name, or let the node reach its registry"
        yield f"the node cannot get the image {status['image']} ({reason})", remedy
    elif reason in UNSTARTED:
        yield f"the container {name} cannot be created ({reason}): {message}", "change what the message names"
    elif ended.get("reason") == "OOMKilled":
        limit = limits.get("memory", "none")
        remedy = "raise resources.limits.memory, for ours in deploy/overlays/dev"
        yield f"the container {name} was killed at its memory limit, which is {limit} (OOMKilled)", remedy
    elif reason == "CrashLoopBackOff":
        code = ended.get("exitCode", "?")
        remedy = "fix what its last lines above name, and save"
        yield f"the container {name} ends again and again, with exit code {code} ({reason})", remedy


def short(message: str) -> str:
    """One line, without a full stop, because it becomes part of a sentence."""
    line = " ".join(message.split()).rstrip(".")
    return line if len(line) <= PUBLIC else f"{line[:PUBLIC]} …"
