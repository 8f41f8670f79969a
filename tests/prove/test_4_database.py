"""FR-3, NFR-3: the database refuses, hangs, is slow, or drops idle connections. No pod restarts, no write is lost.

PROVE_OUTAGE is the length of each fault in seconds: short in `make test`, 60 in `make prove`.
"""

import os
import time
from collections.abc import Iterator

import pytest

from dev import standins
from tests.e2e import world
from tests.prove import figures, production

OUTAGE = float(os.environ.get("PROVE_OUTAGE", "10"))
RATE = 3  # requests per second in each of 4 lanes
ANSWER_WITHIN = 3.0  # seconds, also while the database is out
SLACK = 0.5  # seconds for the way through the proxy on two busy cores
RECOVER_WITHIN = 5.0  # seconds


@pytest.fixture(scope="module", autouse=True)
def proxied(deployed: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The backend reaches PostgreSQL through the faulty proxy while this module runs."""
    folder = "tests/prove"
    production.shell(f"""
        kubectl --namespace todo-standins create configmap faulty-proxy --from-file={folder}/faulty_proxy.py
        kubectl apply -f {folder}/faulty-postgres.yaml
        kubectl --namespace todo-standins wait pod/faulty-postgres --for=condition=Ready --timeout=60s""")
    values = tmp_path_factory.mktemp("secret") / "url"
    values.touch(mode=0o600)
    url = standins.database_url(standins.remembered("postgres-password"))
    _use(values, url.replace("@postgres.", "@faulty-postgres."))
    yield
    _use(values, url)
    production.shell(f"""
        kubectl delete -f {folder}/faulty-postgres.yaml
        kubectl --namespace todo-standins delete configmap faulty-proxy""")


def _use(file: "os.PathLike[str]", url: str) -> None:
    with open(file, "w", encoding="ascii") as stream:
        stream.write(url)
    production.shell(f"""
        kubectl create secret generic todo-secrets --dry-run=client -o json \\
            --from-file=DATABASE_URL={file} --from-literal=GROQ_API_KEY=standin-of-the-proofs |
            kubectl apply --server-side --force-conflicts -f -""")
    os.unlink(file)
    production.rollout("backend-deployment")


def _mode(mode: str) -> None:
    write = ["--", "sh", "-c", f"echo {mode} > /tmp/mode"]
    world.kubectl("--namespace", "todo-standins", "exec", "faulty-postgres", *write)


@pytest.mark.parametrize("mode", ["refuse", "stall"])
def test_an_outage_is_answered_in_time_and_ends_with_the_fault(mode: str) -> None:
    token, before = production.token(), production.all_restarts("todo-backend")
    slowest = 0.0
    with production.probing("outside", production.from_outside(RATE)) as probe:
        time.sleep(2)  # writes before the fault, and below some after it
        try:
            _mode(mode)
            end = time.monotonic() + OUTAGE
            time.sleep(0.5)  # until the proxy has read its mode
            while time.monotonic() < end:
                begin = time.monotonic()
                status, problem = world.http(f"{production.OUTSIDE}/tasks", token=token)
                slowest = max(slowest, time.monotonic() - begin)
                assert status == 503, problem
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
    print(
        f"\ndatabase {mode} for {OUTAGE:.0f} s: slowest 503 {slowest:.1f} s, answers again {recovered:.1f} s later"
    )
    production.table(("outside", probe.report))
    figures.add(
        f"PostgreSQL {'refuses' if mode == 'refuse' else 'hangs'} for {OUTAGE:.0f} s",
        f"503 within {slowest:.1f} s, answers {recovered:.1f} s after its end,"
        f" {production.all_restarts('todo-backend') - before} restarts, {probe.report['lost']} writes lost",
        f"503 ≤ {ANSWER_WITHIN + SLACK} s, recovery ≤ {RECOVER_WITHIN:.0f} s, 0, 0",
    )
    assert slowest <= ANSWER_WITHIN + SLACK
    assert recovered <= RECOVER_WITHIN
    assert production.all_restarts("todo-backend") == before
    assert probe.report["lost"] == 0


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


def test_a_slow_database_is_waited_for() -> None:
    token = production.token()
    _mode("slow")
    try:
        begin = time.monotonic()
        status, answer = world.http(f"{production.OUTSIDE}/tasks", token=token)
        print(f"\ndatabase slow by 0.3 s per packet: HTTP {status} after {time.monotonic() - begin:.1f} s")
        assert status in (200, 503), answer
    finally:
        _mode("pass")
