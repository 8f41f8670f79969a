"""FR-3, NFR-3: the database refuses, hangs, is slow, or drops idle connections. No pod restarts, no write is lost."""

import json
import time
from collections.abc import Iterator

import pytest

from tests.e2e import world
from tests.prove import figures, production
from tests.prove.faulty_proxy import SLOW
from tests.prove.length import LENGTH

OUTAGE = LENGTH.outage
RATE = 3  # requests per second in each of 4 lanes
ANSWER_WITHIN = 3.0  # seconds, also while the database is out
SLACK = 0.5  # seconds for the way through the proxy on two busy cores
RECOVER_WITHIN = 5.0  # seconds
NOTICED = 0.5  # seconds until the proxy has read its mode
FAULTS = {  # mode of the proxy: what PostgreSQL does then, how the API may answer, seconds of the slowest at least
    "refuse": ("refuses", (503,), 0),
    "stall": ("hangs", (503,), 0),
    "slow": (f"is slow by {SLOW} s per packet", (200, 503), SLOW),
}


@pytest.fixture(scope="module", autouse=True)
def proxied(deployed: None) -> Iterator[None]:
    """The backend reaches PostgreSQL through the faulty proxy while this module runs."""
    folder = "tests/prove"
    production.shell(f"""
        kubectl --namespace todo-standins create configmap faulty-proxy --from-file={folder}/faulty_proxy.py
        kubectl apply -f {folder}/faulty-postgres.yaml
        kubectl --namespace todo-standins wait pod/faulty-postgres --for=condition=Ready --timeout=60s""")
    _lead_to("faulty-postgres")
    yield
    _lead_to("postgres")
    production.shell(f"""
        kubectl delete -f {folder}/faulty-postgres.yaml
        kubectl --namespace todo-standins delete configmap faulty-proxy""")


def _lead_to(app: str) -> None:
    """Let the Service `postgres` lead to these pods, and end the connections that still lead elsewhere.

    kube-proxy follows a moment later, and who connects again meanwhile still gets elsewhere: PostgreSQL's own view of
    where its clients come from decides.
    """
    token = production.token()
    [proxy] = world.objects("pods", "--namespace=todo-standins", "-l", "app=faulty-postgres")
    patch = {"spec": {"selector": {"app": app}}}
    world.kubectl("--namespace=todo-standins", "patch", "service", "postgres", f"--patch={json.dumps(patch)}")

    def leads_there() -> bool:
        production.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'todo'")
        world.http(f"{production.OUTSIDE}/tasks", token=token)  # connects again
        clients = production.sql(
            "SELECT host(client_addr) FROM pg_stat_activity WHERE usename = 'todo'"
        ).split()
        through_proxy = {client == proxy["status"]["podIP"] for client in clients}
        return through_proxy == {app == "faulty-postgres"}

    world.until(leads_there, timeout=10, what=f"the Service leads to {app}")


def _mode(mode: str) -> None:
    write = ["--", "sh", "-c", f"echo {mode} > /tmp/mode"]
    world.kubectl("--namespace", "todo-standins", "exec", "faulty-postgres", *write)


@pytest.mark.parametrize("mode", FAULTS)
def test_a_fault_is_answered_in_time_and_ends_by_itself(mode: str) -> None:
    what, admitted, at_least = FAULTS[mode]
    token, before = production.token(), production.all_restarts("todo-backend")
    slowest = 0.0
    with production.probing("outside", production.from_outside(RATE)) as probe:
        time.sleep(2)  # writes before the fault, and below some after it
        try:
            _mode(mode)
            end = time.monotonic() + OUTAGE
            time.sleep(NOTICED)
            while time.monotonic() < end:
                begin = time.monotonic()
                status, problem = world.http(f"{production.OUTSIDE}/tasks", token=token)
                slowest = max(slowest, time.monotonic() - begin)
                assert status in admitted, problem
                if status == 503:
                    assert problem["status"] == 503
                    assert "postgres" not in str(problem).lower()
                time.sleep(0.5)
            assert all(world.ready(pod) for pod in world.pods("todo-backend"))
        finally:
            _mode("pass")
        recovered = production.seconds_until(
            lambda: world.http(f"{production.OUTSIDE}/tasks", token=token)[0] == 200,
            timeout=30, what="the API answers again",
        )  # fmt: skip
        time.sleep(2)
    report, restarts = probe.report, production.all_restarts("todo-backend") - before
    print(f"\nPostgreSQL {what} for {OUTAGE:.0f} s")
    production.table(("outside", report))
    figures.add(
        f"PostgreSQL {what} for {OUTAGE:.0f} s",
        f"{'/'.join(map(str, admitted))} within {slowest:.1f} s, answers {recovered:.1f} s after its end,"
        f" {restarts} restarts, {report['lost']} writes lost",
        f"≤ {ANSWER_WITHIN + SLACK} s, recovery ≤ {RECOVER_WITHIN:.0f} s, 0, 0",
    )
    assert slowest >= at_least, "it was not slow"
    assert slowest <= ANSWER_WITHIN + SLACK
    assert recovered <= RECOVER_WITHIN
    assert set(report["kinds"]) <= {"HTTP 503"}
    assert restarts == 0
    assert report["lost"] == 0


def test_connections_that_the_server_dropped_cost_no_request() -> None:
    token = production.token()
    for _ in range(3):
        for _ in range(8):  # every pool holds connections
            assert world.http(f"{production.OUTSIDE}/tasks", token=token)[0] == 200
        _mode("cut")
        time.sleep(0.5)
        _mode("pass")
        time.sleep(0.5)
        for _ in range(8):
            assert world.http(f"{production.OUTSIDE}/tasks", token=token)[0] == 200
