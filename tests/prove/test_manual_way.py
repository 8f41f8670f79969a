"""Specification 5.2, 5.3, 6.1, 6.2: its commands, typed by hand, work with the production images."""

import functools
import json
import re
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.prove import figures, pods, production
from tests.support import secrecy, world
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("deployed")
IDLE_MEMORY = 256 * pods.MIB * 6 // 10  # bytes: 60 % of a pod's request
GRACE = 30  # seconds: terminationGracePeriodSeconds


def test_5_2_step_7_four_pods_run_behind_two_services(images: dict[str, float]) -> None:
    for app in production.APPS.values():
        assert [world.ready(pod) for pod in world.pods(app)] == [True, True]
    services = {s["metadata"]["name"]: s["spec"]["type"] for s in world.objects("services")}
    assert services["backend-service"] == "ClusterIP"
    assert services["frontend-service"] == "NodePort"
    for name, app in production.APPS.items():
        assert world.endpoints(f"{name.removesuffix('-deployment')}-service") == {
            pod["status"]["podIP"] for pod in world.pods(app)
        }
    print(f"\n{'image':<15} {'built in':>9} {'size':>9}")
    for deployment, image in production.APPS.items():
        mib = production.size(image) / pods.MIB
        program = "python" if image == "todo-backend" else "node"
        version = world.kubectl("exec", f"deployment/{deployment}", "--", program, "--version").strip()
        print(f"{image:<15} {images[image]:7.0f} s {mib:5.0f} MiB")
        figures.add(
            f"{image}: image size, based on {production.base(image)} ({version})", f"{mib:.0f} MiB", "none"
        )


@pytest.mark.parametrize("image", production.APPS.values())
def test_nfr_2_no_production_image_holds_a_secret(image: str, tmp_path: Path) -> None:
    """They were built next to `.env` files with the values."""
    assert production.shell(secrecy.image_search(f"{image}:latest", tmp_path)).strip() == "0"


def test_5_2_step_8_the_page_and_the_api_answer_through_the_node_port() -> None:
    token = world.token()
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


def _lines_of(app: str, request_id: str) -> list[dict[str, Any]]:
    return [line for line in _log_lines(app) if line.get("request_id") == request_id]


def test_nfr_4_one_request_id_runs_from_the_browser_through_both_services() -> None:
    with urllib.request.urlopen(f"{production.OUTSIDE}/about", timeout=10) as answer:
        request_id = answer.headers["X-Request-ID"]
    for app, logger in (("todo-frontend", "proxy"), ("todo-backend", "app.request")):
        lines = until(
            functools.partial(_lines_of, app, request_id),
            timeout=10,
            what=f"{request_id} in the log of {app}",
        )
        assert [line["logger"] for line in lines] == [logger]
        assert lines[0]["path"] == "/api/v1/about"
        assert lines[0]["status"] == 200
        assert lines[0]["pod"] in [pod["metadata"]["name"] for pod in world.pods(app)]


def _log_lines(app: str) -> list[dict[str, Any]]:
    """The structured lines of both replicas' logs."""
    text = world.kubectl("logs", "-l", f"app={app}", "--tail=100", "--all-containers")
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


@pytest.mark.parametrize("deployment", production.DEPLOYMENTS)
def test_nfr_1_pods_start_within_30_s_and_stay_within_their_limits(deployment: str) -> None:
    app = production.APPS[deployment]
    running = world.pods(app)
    slowest = max(map(pods.seconds_to_ready, running))
    largest = max(pods.working_sets(running))
    print(f"\n{app}: ready {slowest:.0f} s after its start, working set {largest / pods.MIB:.0f} MiB")
    figures.add(f"{app}: time until ready", f"{slowest:.0f} s", f"≤ {pods.STARTED_WITHIN} s")
    figures.add(f"{app}: idle memory", f"{largest / pods.MIB:.0f} MiB", f"≤ {IDLE_MEMORY // pods.MIB} MiB")
    assert slowest <= pods.STARTED_WITHIN
    assert largest <= IDLE_MEMORY
    assert pods.all_restarts(app) == 0


def test_the_server_is_the_first_process_and_ends_within_its_grace_period() -> None:
    programs = {"backend-deployment": "uvicorn", "frontend-deployment": "drain.cjs|next-server"}
    names = []
    for deployment, program in programs.items():
        name = world.pods(production.APPS[deployment])[0]["metadata"]["name"]
        command = world.kubectl("exec", name, "--", "cat", "/proc/1/cmdline").replace("\0", " ")
        assert re.search(program, command)
        names.append(name)
    begin = time.monotonic()
    world.kubectl("delete", "pod", *names, "--wait=true")
    took = time.monotonic() - begin
    print(f"\na deleted pod of each Deployment was gone after {took:.1f} s")
    assert took < GRACE - 3, "ended by SIGKILL?"
    production.settle(*production.DEPLOYMENTS)
