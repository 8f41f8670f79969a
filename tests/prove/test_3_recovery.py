"""NFR-3: a server is killed, hangs, its pod is deleted, it takes too much memory, PostgreSQL restarts, DNS is gone.

Others serve, it comes back, no write is lost.
"""

import time

import pytest

from tests.e2e import world
from tests.prove import figures, production

pytestmark = pytest.mark.usefixtures("deployed")
RATE = 5  # requests per second in each of 4 lanes
CUT = 40  # requests that may be under way on a pod's connections when it dies at once, all lanes together
REPLACED_WITHIN, RESTARTED_WITHIN = 30, 60  # seconds until two are ready; readiness alone waits 10
HUNG_WITHIN = 90  # seconds: three liveness probes of 10 s come first
DNS_WITHIN = 15  # seconds


def _by_restarts(deployment: str) -> list[production.Pod]:
    """The pods, least restarted first: the kubelet waits longer before each further restart."""
    return sorted(world.pods(production.APPS[deployment]), key=production.restart_count)


@pytest.mark.parametrize("deployment", production.DEPLOYMENTS)
def test_a_killed_server_is_restarted_in_its_pod(deployment: str) -> None:
    production.settle(deployment)
    victim = _by_restarts(deployment)[0]
    with production.probing("outside", production.from_outside(RATE)) as probe:
        name = victim["metadata"]["name"]
        before = production.restarts(name)
        begin = time.monotonic()
        production.signal_first_process(victim, "KILL")
        seconds = _restarted(deployment, name, before, begin)
    _tell(f"{deployment}: server killed", seconds, RESTARTED_WITHIN, probe.report)
    assert seconds <= RESTARTED_WITHIN
    assert probe.report["lost"] == 0
    assert probe.report["failed"] <= CUT


def test_a_hung_server_leaves_the_service_and_is_restarted() -> None:
    production.settle("backend-deployment")
    victim = _by_restarts("backend-deployment")[0]
    name = victim["metadata"]["name"]
    with production.probing("outside", production.from_outside(RATE)) as probe:
        before, begin = production.restarts(name), time.monotonic()
        production.signal_first_process(victim, "STOP")
        left = production.seconds_until(
            lambda: not world.ready(_pod(name)), timeout=40, what="the hung pod is not ready"
        )
        seconds = _restarted("backend-deployment", name, before, begin)
    leaves_within = 3 * 5 + 3 + 5  # seconds: three probes that time out
    share = round(len(probe.report["lanes"]) * RATE * left / 2)  # of the requests until it left the Service
    _tell("backend-deployment: server stopped (SIGSTOP)", seconds, HUNG_WITHIN, probe.report, failed=share)
    figures.add("a stopped backend leaves the Service", f"{left:.0f} s", f"≤ {leaves_within} s")
    assert left <= leaves_within
    assert seconds <= HUNG_WITHIN
    assert probe.report["lost"] == 0
    assert probe.report["failed"] <= share


@pytest.mark.parametrize("deployment", production.DEPLOYMENTS)
def test_a_pod_deleted_at_once_is_replaced(deployment: str) -> None:
    production.settle(deployment)
    victim = _by_restarts(deployment)[-1]["metadata"]["name"]  # the next test finds one that never failed
    with production.probing("outside", production.from_outside(RATE)) as probe:
        world.kubectl("delete", "pod", victim, "--grace-period=0", "--force")
        seconds = production.seconds_until(
            lambda: production.both_ready(deployment), timeout=REPLACED_WITHIN, what="two ready pods again"
        )
    _tell(f"{deployment}: pod deleted by force", seconds, REPLACED_WITHIN, probe.report)
    assert seconds <= REPLACED_WITHIN
    assert probe.report["lost"] == 0
    assert probe.report["failed"] <= CUT


def test_a_server_that_takes_too_much_memory_is_killed_and_restarted() -> None:
    production.settle("backend-deployment")
    name = _by_restarts("backend-deployment")[0]["metadata"]["name"]
    before = production.restarts(name)
    with production.probing("outside", production.from_outside(RATE)) as probe:
        begin = time.monotonic()
        world.kubectl("exec", name, "-c", "backend", "--", "touch", "/tmp/leak")
        seconds = _restarted("backend-deployment", name, before, begin)
    [status] = _pod(name)["status"]["containerStatuses"]
    assert status["lastState"]["terminated"]["reason"] == "OOMKilled"
    _tell("backend-deployment: out of memory", seconds, RESTARTED_WITHIN, probe.report)
    assert seconds <= RESTARTED_WITHIN
    assert probe.report["lost"] == 0
    assert probe.report["failed"] <= CUT


def test_a_restarted_database_is_found_again() -> None:
    production.settle("backend-deployment")
    token, before = production.token(), production.all_restarts("todo-backend")
    [postgres] = world.objects("pods", "--namespace=todo-standins", "-l", "app=postgres")
    with production.probing("outside", production.from_outside(RATE)) as probe:
        time.sleep(2)  # writes before the fault
        production.signal_first_process(postgres, "INT")  # a fast shutdown; the kubelet starts it again
        time.sleep(0.5)
        seconds = production.seconds_until(
            lambda: world.http(f"{production.OUTSIDE}/tasks", token=token)[0] == 200,
            timeout=30, what="the API answers again",
        )  # fmt: skip
        time.sleep(2)
    _tell("PostgreSQL restarted: answers again", seconds, 30, probe.report, failed=None)
    assert set(probe.report["kinds"]) <= {"HTTP 503"}, "answered with anything but a clear refusal"
    assert probe.report["lost"] == 0
    assert production.all_restarts("todo-backend") == before


def test_dns_that_is_gone_for_a_moment_restarts_nothing() -> None:
    production.settle(*production.DEPLOYMENTS)
    before = production.all_restarts(*production.APPS.values())
    with production.probing("outside", production.from_outside(RATE)) as probe:
        world.kubectl(
            "--namespace=kube-system",
            "delete",
            "pod",
            "-l",
            "k8s-app=kube-dns",
            "--grace-period=0",
            "--force",
        )
        seconds = production.seconds_until(_dns_ready, timeout=60, what="CoreDNS is ready again")
        time.sleep(3)
    _tell("CoreDNS killed: ready again", seconds, 60, probe.report, failed=None)
    figures.add(
        "CoreDNS killed: from the first to the last failed request",
        f"{probe.report['failing_seconds']} s", f"≤ {DNS_WITHIN} s",
    )  # fmt: skip
    assert probe.report["failing_seconds"] <= DNS_WITHIN
    assert probe.report["lost"] == 0
    assert production.all_restarts(*production.APPS.values()) == before


def _restarted(deployment: str, name: str, before: int, begin: float) -> float:
    """Seconds since `begin` when the pod's server has been restarted and its Deployment is whole again."""
    world.until(lambda: production.restarts(name) > before, timeout=HUNG_WITHIN, what=f"{name} restarted")
    world.until(
        lambda: production.both_ready(deployment), timeout=RESTARTED_WITHIN, what="two ready pods again"
    )
    return time.monotonic() - begin


def _dns_ready() -> bool:
    pods = world.objects("pods", "--namespace=kube-system", "-l", "k8s-app=kube-dns")
    return all(world.ready(pod) and "deletionTimestamp" not in pod["metadata"] for pod in pods) and bool(pods)


def _pod(name: str) -> production.Pod:
    return world.objects("pods", f"--field-selector=metadata.name={name}")[0]


def _tell(
    fault: str, seconds: float, within: float, report: production.Report, *, failed: int | None = CUT
) -> None:
    print(f"\n{fault}: after {seconds:.0f} s; {report['failed']} of {report['sent']} failed")
    production.table(("outside", report))
    refused = "" if failed is None else f", ≤ {failed} failed"
    figures.add(
        fault,
        f"{seconds:.0f} s; {report['failed']} of {report['sent']} failed, {report['lost']} writes lost",
        f"≤ {within} s{refused}, 0 lost",
    )
