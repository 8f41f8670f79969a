"""The whole node goes off and on: everything comes back without hands, and so does every acknowledged write."""

import subprocess
import sys
import time

import pytest

from dev import paths
from tests.e2e import world
from tests.prove import figures, production

pytestmark = pytest.mark.usefixtures("deployed")
TASKS = 20
BACK_WITHIN = 120  # seconds, the node's own start included


def test_a_restarted_node_brings_everything_back() -> None:
    token = production.token()
    for number in range(TASKS):
        status, _ = world.http(f"{production.OUTSIDE}/tasks", body={"title": f"before {number}"}, token=token)
        assert status == 201
    production.shell("minikube stop")
    assert _answer(token) == 0, "the node is off, and somebody answers on its port"
    begin = time.monotonic()
    subprocess.run([sys.executable, "-m", "dev", "cluster"], cwd=paths.ROOT, check=True)
    cluster = time.monotonic() - begin
    world.until(
        lambda: all(map(production.both_ready, production.DEPLOYMENTS)) and _answer(token) == 200,
        timeout=BACK_WITHIN,
        pause=1,
        what="all is back",
    )
    seconds = time.monotonic() - begin
    print(f"\nnode restarted: the cluster after {cluster:.0f} s, all pods ready after {seconds:.0f} s")
    listed = world.http(f"{production.OUTSIDE}/tasks?limit=100", token=token)[1]["items"]
    lost = TASKS - len(listed)
    figures.add(
        "node stopped and started: all pods ready", f"{seconds:.0f} s; {lost} writes lost",
        f"≤ {BACK_WITHIN} s, 0 lost",
    )  # fmt: skip
    assert lost == 0
    assert seconds <= BACK_WITHIN


def _answer(token: str) -> int:
    """The status of a question that needs the database; 0 if nobody answers."""
    try:
        return world.http(f"{production.OUTSIDE}/tasks", token=token, timeout=5)[0]
    except OSError:
        return 0
