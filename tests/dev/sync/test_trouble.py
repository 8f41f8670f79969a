"""What Kubernetes reports of a Deployment or a pod, as a line with a remedy in the right resource's log."""

from typing import Any

import pytest

from dev.sync.report import OVER, PAUSE, Report
from dev.sync.trouble import Trouble, troubles

REFUSED = 'pods "cache-7d9" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false'


def deployment(name: str = "cache", image: str = "redis:7", **condition: str) -> dict[str, Any]:
    return {
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {"template": {"spec": {"containers": [{"name": name, "image": image}]}}},
        "status": {"conditions": [condition] if condition else []},
    }


def pod(state: dict[str, Any], last: dict[str, Any] | None = None, **status: Any) -> dict[str, Any]:
    image = status.pop("image", "todo-backend:tilt-1")
    limits = {"limits": {"memory": "512Mi"}}
    return {
        "kind": "Pod",
        "metadata": {"name": "backend-deployment-7d9f-x2x"},
        "spec": {"containers": [{"name": "backend", "image": image, "resources": limits}]},
        "status": {
            "containerStatuses": [
                {"name": "backend", "image": image, "state": state, "lastState": last or {}}
            ],
            **status,
        },
    }


def waiting(reason: str, message: str = "") -> dict[str, Any]:
    return {"waiting": {"reason": reason, "message": message}}


def ended(reason: str, code: int) -> dict[str, Any]:
    return {"terminated": {"reason": reason, "exitCode": code}}


RUNNING: dict[str, Any] = {"running": {}}


def test_a_refused_pod_is_explained_in_its_own_resource() -> None:
    refused = deployment(type="ReplicaFailure", status="True", reason="FailedCreate", message=REFUSED)
    [found] = troubles([refused])
    assert found.resource == "cache"
    assert "allowPrivilegeEscalation" in found.line()
    assert "securityContext" in found.remedy


@pytest.mark.parametrize(
    ("broken", "reason", "remedy"),
    [
        (pod(waiting("CrashLoopBackOff"), ended("Error", 3)), "exit code 3", "last lines"),
        (pod(waiting("CrashLoopBackOff"), ended("OOMKilled", 137)), "512Mi", "resources.limits.memory"),
        (pod(RUNNING, ended("OOMKilled", 137)), "OOMKilled", "resources.limits.memory"),
        (pod(waiting("ErrImageNeverPull")), "todo-backend:tilt-1", "tilt trigger api"),
        (pod(waiting("ImagePullBackOff"), image="redis:7"), "redis:7", "registry"),
        (pod(waiting("CreateContainerConfigError", 'secret "x" not found')), 'secret "x"', "message"),
        (pod(RUNNING, reason="Evicted", message="low on disk."), "low on disk.", "make doctor"),
        (
            pod(
                RUNNING,
                conditions=[
                    {"type": "PodScheduled", "reason": "Unschedulable", "message": "Insufficient cpu."}
                ],
            ),
            "Insufficient cpu",
            "make doctor",
        ),
    ],
)
def test_what_keeps_a_pod_from_running_has_a_reason_and_a_remedy(
    broken: dict[str, Any], reason: str, remedy: str
) -> None:
    [found] = troubles([broken])
    assert reason in found.line()
    assert remedy in found.remedy


def test_running_and_starting_pods_are_no_trouble() -> None:
    leaving = pod(waiting("CrashLoopBackOff"), ended("Error", 1))
    leaving["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    good = deployment(type="ReplicaFailure", status="False", message=REFUSED)
    assert troubles([pod(RUNNING), pod(waiting("ContainerCreating")), deployment(), good, leaving]) == []


def test_two_replicas_with_one_trouble_are_one_line() -> None:
    broken = pod(waiting("CrashLoopBackOff"), ended("Error", 1))
    assert len(troubles([broken, broken])) == 1


def test_pods_of_other_workloads_are_named_as_tilt_names_them() -> None:
    broken = pod(waiting("ImagePullBackOff"), image="redis:7")
    broken["metadata"]["name"] = "my-cache-7d9f-x2x"
    assert troubles([broken])[0].resource == "my-cache"


def test_a_trouble_is_printed_once_until_it_is_over() -> None:
    broken = [pod(waiting("CrashLoopBackOff"), ended("Error", 1))]
    clock, lines, up = [0.0], list[str](), [False]

    def say(_resource: str, line: str) -> bool:
        if up[0]:
            lines.append(line)
        return up[0]

    report = Report(lambda: troubles(broken), say, lambda: clock[0])

    def pass_time(seconds: float) -> None:
        for _ in range(int(seconds)):
            clock[0] += 1
            report.look()

    pass_time(PAUSE)
    assert not lines  # Tilt did not answer: it is tried again
    up[0] = True
    pass_time(2 * OVER)
    assert len(lines) == 1
    kept, broken[:] = list(broken), []
    pass_time(OVER + PAUSE)
    broken[:] = kept
    pass_time(PAUSE)
    assert len(lines) == 2


def test_a_long_message_is_cut_to_one_line() -> None:
    message = "pods are forbidden:\n" + "x" * 2000
    refused = deployment(type="ReplicaFailure", status="True", message=message)
    line = troubles([refused])[0].line()
    assert "\n" not in line
    assert len(line) < 600


def test_a_line_has_reason_and_remedy() -> None:
    assert Trouble("api", "it is broken", "repair it").line() == "it is broken. Remedy: repair it"
