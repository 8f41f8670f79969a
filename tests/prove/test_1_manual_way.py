"""Specification 5.2, 5.3, 6.1, 6.2: what a reader gets who types its commands, with the production images."""

import secrets
import time
from functools import partial

import pytest

from tests.e2e import world
from tests.prove import production

pytestmark = pytest.mark.usefixtures("deployed")
MIB = 2**20
GRACE = 30  # seconds: terminationGracePeriodSeconds


def _session() -> str:
    account = {"email": f"manual-{secrets.token_hex(6)}@example.com", "password": secrets.token_hex(16)}
    status, session = world.http(f"{production.OUTSIDE}/auth/register", body=account)
    assert status == 201, session
    return str(session["access_token"])


def test_5_2_step_7_four_pods_run_behind_two_services(images: dict[str, float]) -> None:
    for app in production.APPS.values():
        assert [world.ready(pod) for pod in world.pods(app)] == [True, True]
    services = {s["metadata"]["name"]: s["spec"]["type"] for s in world.objects("services")}
    assert services["backend-service"] == "ClusterIP"
    assert services["frontend-service"] == "NodePort"
    print(f"\n{'image':<15} {'built in':>9} {'size':>9}")
    for image in production.APPS.values():
        print(f"{image:<15} {images[image]:7.0f} s {production.size(image) / MIB:5.0f} MiB")


def test_5_2_step_8_the_page_and_the_api_answer_through_the_node_port() -> None:
    token = _session()
    assert world.http(world.APP)[0] == 200
    status, task = world.http(f"{production.OUTSIDE}/tasks", body={"title": "By hand"}, token=token)
    assert status == 201
    place = f"{production.OUTSIDE}/tasks/{task['id']}"
    assert world.http(place, body={"completed": True}, method="PATCH", token=token)[0] == 200
    assert world.http(place, method="DELETE", token=token)[0] == 204
    assert world.http(place, token=token)[0] == 404


def test_5_3_backend_logs_tell_of_the_start() -> None:
    logs = world.kubectl("logs", "-l", "app=todo-backend", "-c", "backend", "--tail=200")
    assert "Application startup complete" in logs


@pytest.mark.parametrize("deployment", production.DEPLOYMENTS)
def test_nfr_1_pods_start_within_30_s_and_stay_within_their_limits(deployment: str) -> None:
    app = production.APPS[deployment]
    for pod in world.pods(app):
        name = pod["metadata"]["name"]
        started = pod["status"]["containerStatuses"][0]["state"]["running"]["startedAt"]
        [ready_at] = [c["lastTransitionTime"] for c in pod["status"]["conditions"] if c["type"] == "Ready"]
        seconds = _unix(ready_at) - _unix(started)
        memory = world.until(
            partial(production.working_set, name), timeout=60, what="the kubelet's first count"
        )
        print(f"\n{name}: ready {seconds:.0f} s after its start, working set {memory / MIB:.0f} MiB")
        assert seconds <= 30 + 10
        assert memory < 512 * MIB
        assert pod["status"]["containerStatuses"][0]["restartCount"] == 0


def _unix(stamp: str) -> float:
    return time.mktime(time.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ"))


@pytest.mark.parametrize(
    ("deployment", "program"), [("backend-deployment", "uvicorn"), ("frontend-deployment", "next-server")]
)
def test_the_server_is_the_first_process_and_ends_within_its_grace_period(
    deployment: str, program: str
) -> None:
    pod = world.pods(production.APPS[deployment])[0]["metadata"]["name"]
    command = world.kubectl("exec", pod, "--", "cat", "/proc/1/cmdline").replace("\0", " ")
    assert program in command or "lame-duck.cjs" in command, command
    begin = time.monotonic()
    world.kubectl("delete", "pod", pod, "--wait=true")
    took = time.monotonic() - begin
    print(f"\n{deployment}: a deleted pod was gone after {took:.1f} s")
    assert took < GRACE - 5, "ended by SIGKILL?"
    production.settle(deployment)


def test_6_1_the_backend_scales_to_three_and_all_replicas_pass_their_checks() -> None:
    production.shell("kubectl set resources deployment/backend-deployment --requests=cpu=50m")
    production.settle("backend-deployment")
    production.shell("kubectl scale deployment backend-deployment --replicas=3")
    production.settle("backend-deployment")
    assert [world.ready(pod) for pod in world.pods("todo-backend")] == [True] * 3
    production.shell("kubectl scale deployment backend-deployment --replicas=2")
    production.settle("backend-deployment")
    production.shell("kubectl apply -f k8s/backend-deployment.yaml")
    production.settle("backend-deployment")
