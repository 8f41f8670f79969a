"""The API server's and the kubelet's data on pods, and signals to a pod from its node."""

import json
from datetime import datetime
from typing import Any

from tests.prove import production
from tests.support import world
from tests.support.waiting import until

Pod = dict[str, Any]  # as the API server describes it

MIB = 2**20
STARTED_WITHIN = 30 + 10  # seconds until a pod's server is ready: NFR-1


def working_sets(pods: list[Pod]) -> list[int]:
    """Each pod's memory in bytes that cannot be reclaimed, as the kubelet counts it for limits."""
    node = world.objects("nodes")[0]["metadata"]["name"]

    def counted() -> list[int]:
        """Empty as long as the newest has not been counted."""
        summary = json.loads(world.kubectl("get", "--raw", f"/api/v1/nodes/{node}/proxy/stats/summary"))
        sets = {
            pod["podRef"]["name"]: pod.get("memory", {}).get("workingSetBytes", 0) for pod in summary["pods"]
        }
        sizes = [int(sets.get(pod["metadata"]["name"], 0)) for pod in pods]
        return sizes if all(sizes) else []

    return until(counted, timeout=60, what="the kubelet's first count")


def seconds_to_ready(pod: Pod) -> float:
    """From the start of a pod's server until the pod was ready last."""
    [ready] = [each for each in pod["status"]["conditions"] if each["type"] == "Ready"]
    started = pod["status"]["containerStatuses"][0]["state"]["running"]["startedAt"]
    took = datetime.fromisoformat(ready["lastTransitionTime"]) - datetime.fromisoformat(started)
    return took.total_seconds()


def image_ids(app: str) -> set[str]:
    """The images that the servers of an app's pods run."""
    return {pod["status"]["containerStatuses"][0]["imageID"] for pod in world.pods(app)}


def signal_first_process(pod: Pod, name: str) -> None:
    """Send a signal to a pod's server from the node: inside the pod the kernel protects process 1."""
    [status] = pod["status"]["containerStatuses"]
    container = status["containerID"].removeprefix("docker://")
    production.shell(f"eval $(minikube docker-env) && docker kill --signal={name} {container}")


def both_ready(deployment: str) -> bool:
    """Whether a Deployment has two pods, both ready. Others may still be terminating."""
    return [world.ready(pod) for pod in world.pods(production.APPS[deployment])] == [True, True]


def all_restarts(*apps: str) -> int:
    """How often the servers of these apps' pods have been restarted."""
    return sum(restart_count(pod) for app in apps for pod in world.pods(app))


def restarts(pod: str) -> int:
    """How often a pod's server has been restarted."""
    [found] = world.objects("pods", f"--field-selector=metadata.name={pod}")
    return restart_count(found)


def restart_count(pod: Pod) -> int:
    """The same, as the pod's description at hand has it."""
    return int(pod["status"]["containerStatuses"][0]["restartCount"])
