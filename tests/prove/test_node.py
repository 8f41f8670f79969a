"""The whole node is restarted. Everything recovers without help, and no acknowledged write is lost."""

import subprocess
import sys
import time

import pytest

from dev.base import paths
from tests.prove import figures, pods, production, traffic
from tests.support import world
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("deployed")
RATE = 3  # requests per second in each of 4 lanes
BACK_WITHIN = 120  # seconds, the node's own start included


def test_a_restarted_node_brings_everything_back() -> None:
    """The node stops under load. Every write acknowledged before that is there afterwards."""
    token = world.token()
    with traffic.probing("outside", traffic.from_outside(RATE)) as probe:
        time.sleep(2)
        production.shell("minikube stop")
        assert _answer(token) == 0, "the node is off, and something answers on its port"
        begin = time.monotonic()
        subprocess.run([sys.executable, "-m", "dev", "cluster"], cwd=paths.ROOT, check=True)
        cluster = time.monotonic() - begin
        until(
            lambda: all(map(pods.both_ready, production.DEPLOYMENTS)) and _answer(token) == 200,
            timeout=BACK_WITHIN,
            pause=1,
            what="all is back",
        )
        seconds = time.monotonic() - begin
        time.sleep(2)
    report = probe.report
    print(f"\nnode restarted: the cluster after {cluster:.0f} s, all pods ready after {seconds:.0f} s")
    traffic.table(("outside", report))
    figures.add(
        "node stopped and started under load: time until all pods are ready",
        f"{seconds:.0f} s; {report['lost']} of {report['acknowledged']} writes lost",
        f"≤ {BACK_WITHIN} s, 0 lost",
    )
    assert report["acknowledged"] > 0
    assert report["lost"] == 0
    assert seconds <= BACK_WITHIN


def _answer(token: str) -> int:
    """The status of a request that needs the database. 0 without an answer."""
    try:
        return world.http(f"{production.OUTSIDE}/tasks", token=token, timeout=5)[0]
    except OSError:
        return 0
