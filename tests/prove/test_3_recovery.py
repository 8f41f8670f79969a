"""NFR-3: a pod is deleted, its server is killed, or it hangs: others serve, it comes back, no write is lost."""

import pytest

from tests.e2e import world
from tests.prove import production

pytestmark = pytest.mark.usefixtures("deployed")
RATE = 5  # requests per second in each of 4 lanes
CUT = 40  # requests that may be under way on a pod's connections when it dies at once, all lanes together


def _both_ready(deployment: str) -> bool:
    pods = world.pods(production.APPS[deployment])
    return len(pods) == 2 and all(world.ready(pod) for pod in pods)


@pytest.mark.parametrize("deployment", production.DEPLOYMENTS)
def test_a_pod_deleted_at_once_is_replaced(deployment: str) -> None:
    production.settle(deployment)
    victim = world.pods(production.APPS[deployment])[0]["metadata"]["name"]
    with production.probing("outside", production.from_outside(RATE)) as probe:
        world.kubectl("delete", "pod", victim, "--grace-period=0", "--force")
        seconds = production.seconds_until(
            lambda: _both_ready(deployment), timeout=40, what="two ready pods again"
        )
    _tell(f"{deployment}: pod deleted by force", seconds, probe.report)
    assert seconds <= 30
    assert probe.report["lost"] == 0
    assert probe.report["failed"] <= CUT


@pytest.mark.parametrize("deployment", production.DEPLOYMENTS)
def test_a_killed_server_is_restarted_in_its_pod(deployment: str) -> None:
    production.settle(deployment)
    victim = world.pods(production.APPS[deployment])[0]
    with production.probing("outside", production.from_outside(RATE)) as probe:
        name = victim["metadata"]["name"]
        before = production.restarts(name)
        production.signal_first_process(victim, "KILL")
        production.seconds_until(
            lambda: production.restarts(name) > before, timeout=30, what="the container restarted"
        )
        seconds = production.seconds_until(
            lambda: _both_ready(deployment), timeout=60, what="two ready pods again"
        )
    _tell(f"{deployment}: server killed", seconds, probe.report)
    assert probe.report["lost"] == 0
    assert probe.report["failed"] <= CUT


def test_a_hung_server_leaves_the_service_and_is_restarted() -> None:
    production.settle("backend-deployment")
    victim = world.pods("todo-backend")[0]
    name = victim["metadata"]["name"]
    with production.probing("outside", production.from_outside(RATE)) as probe:
        before = production.restarts(name)
        production.signal_first_process(victim, "STOP")
        left = production.seconds_until(
            lambda: not world.ready(_pod(name)), timeout=40, what="the hung pod is not ready"
        )
        restarted = left + production.seconds_until(
            lambda: production.restarts(name) > before, timeout=120, what="the hung pod restarted"
        )
        production.seconds_until(lambda: _both_ready("backend-deployment"), timeout=60, what="both ready")
    print(f"\na hung backend left the Service after {left:.0f} s and was restarted after {restarted:.0f} s")
    _tell("backend-deployment: server hung", restarted, probe.report)
    assert left <= 3 * 5 + 3 + 5
    assert probe.report["lost"] == 0


def _pod(name: str) -> production.Pod:
    return world.objects("pods", f"--field-selector=metadata.name={name}")[0]


def _tell(fault: str, seconds: float, report: production.Report) -> None:
    print(f"\n{fault}: two ready again after {seconds:.0f} s; {report['failed']} of {report['sent']} failed")
    production.table(("outside", report))
