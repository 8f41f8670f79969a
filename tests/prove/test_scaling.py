"""NFR-1: 2 to 10 replicas without an error, throughput that grows with the replicas, requests that spread evenly.

Throughput is measured at an equal, low CPU limit per pod, so that five of them fit beside the control plane. The
control plane, PostgreSQL and the load itself share the two CPUs.
"""

import json
import statistics
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.prove import figures, pods, production, traffic
from tests.prove.length import LENGTH, SHORT
from tests.support import world

pytestmark = pytest.mark.usefixtures("deployed")
MANY = max(LENGTH.replicas)
# Numbers of backend replicas. One replica is measured first and last, because machines drift.
SIZES = (1, 2, 3, 4, 5, 1)
REPEATS = 5
CPU_LIMIT = "100m"  # per backend pod while throughput is measured
WORKERS = 30  # per replica; connections are spread at random, and no pod should ever be idle
RATE = 5  # requests per second in each of 4 lanes
LOAD = Path(__file__).with_name("load.py")
POOL = 6  # connections of each backend, api/app/core/db/database.py
FULL = 0.9  # minimum share of all pools' connections, or the test did not exercise them
HOSTED_CONNECTIONS = 97  # of Neon's smallest compute: 104, minus 7 that it reserves


def _scale(replicas: int, *deployments: str) -> float:
    """Scale Deployments, all at once; seconds until they are as they should be."""
    return production.change(
        f"kubectl scale deployment {' '.join(deployments)} --replicas={replicas}", *deployments
    )


def test_6_1_scaling_costs_no_request_and_a_new_backend_takes_its_share() -> None:
    reports = [_scale_under_load(3)]
    worst = _share_of_three()
    reports.append(_scale_under_load(*LENGTH.replicas))
    sent, failed, lost = traffic.totals(reports)
    sizes = ", ".join(map(str, (2, 3, *LENGTH.replicas)))
    figures.add(
        f"both Deployments scaled to {sizes} replicas under load",
        f"{failed} of {sent} failed, {lost} writes lost",
        "0 failed, 0 lost",
    )
    figures.add(
        "requests that a new third backend gets, compared with an even share",
        f"±{worst:.0%}",
        f"±{LENGTH.even:.0%}",
    )
    assert failed == 0
    assert lost == 0
    assert worst <= LENGTH.even


def _scale_under_load(*sizes: int) -> traffic.Report:
    """The prober's report. No pod may be restarted, so none may exceed its memory limit."""
    before = pods.all_restarts(*production.APPS.values())
    with traffic.probing("outside", traffic.from_outside(RATE)) as probe:
        for replicas in sizes:
            seconds = _scale(replicas, *production.DEPLOYMENTS)
            print(f"\nboth to {replicas} replicas: settled in {seconds:.0f} s", end="", flush=True)
            if replicas > 3:
                _tell_of_many(replicas)
            assert pods.all_restarts(*production.APPS.values()) <= before, "beyond a limit, or not alive"
    traffic.table(("outside", probe.report))
    return probe.report


def _tell_of_many(replicas: int) -> None:
    """How soon many pods that start at once are ready, and how much memory they take."""
    for app in production.APPS.values():
        running = world.pods(app)
        slowest = max(map(pods.seconds_to_ready, running))
        largest = max(pods.working_sets(running))
        limit = int(running[0]["spec"]["containers"][0]["resources"]["limits"]["memory"].removesuffix("Mi"))
        figures.add(
            f"{app}: time until ready, {2 * replicas - 6} pods starting together under load",
            f"{slowest:.0f} s at most",
            f"≤ {pods.STARTED_WITHIN} s",
        )
        figures.add(
            f"{app}: memory of each of {replicas} replicas under load",
            f"{largest / pods.MIB:.0f} MiB at most",
            f"≤ {limit} MiB",
        )
        assert slowest <= pods.STARTED_WITHIN
        assert largest <= limit * pods.MIB


@pytest.mark.skipif(LENGTH is SHORT, reason="three replicas would show nothing: in `make prove` only")
def test_all_replicas_and_a_rollouts_surge_fit_the_smallest_hosted_database() -> None:
    """FR-3. A lock lets requests wait with their connections, a second long again and again, in a rollout's surge."""
    _scale(MANY, "backend-deployment")
    load = subprocess.Popen(
        _load("/tasks?limit=50", workers=2 * POOL * MANY, seconds=60),
        env=world.ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
    )
    production.shell("kubectl rollout restart deployment/backend-deployment")
    counts = []
    while load.poll() is None:
        counts.append(_connections_while_all_wait())
    assert load.returncode == 0
    assert load.stdout is not None
    answered = json.loads(load.stdout.read())
    production.settle("backend-deployment")
    _scale(2, "backend-deployment")
    print(f"\n{MANY} backend replicas and a rollout: connections to PostgreSQL {counts}; {answered}")
    failed = sum(answered["failed"].values())
    figures.add(
        f"PostgreSQL connections of {MANY} backend replicas with full pools during a rollout",
        f"at most {max(counts)}; {failed} of {failed + sum(answered['pods'].values())} requests got 503",
        f"≤ {HOSTED_CONNECTIONS}",
    )
    assert FULL * POOL * MANY <= max(counts) <= HOSTED_CONNECTIONS
    assert set(answered["failed"]) <= {"HTTP 503"}  # the request waited too long for a connection


@pytest.mark.skipif(LENGTH is SHORT, reason="takes six minutes: in `make prove` only")
def test_throughput_grows_with_the_replicas() -> None:
    # a pod's share of the CPU follows its request, so this guarantees that it gets its limit
    cpu = f"--requests=cpu={CPU_LIMIT} --limits=cpu={CPU_LIMIT}"
    production.shell(f"kubectl set resources deployment/backend-deployment --containers=backend {cpu}")
    production.settle("backend-deployment")
    rates: dict[int, list[float]] = {}
    uneven: dict[int, float] = {}
    print(f"\nbackend replicas at a limit of {CPU_LIMIT} CPU each, GET /api/v1/tasks, {REPEATS} runs of 8 s")
    print(" n  median and range, requests/s")
    try:
        for replicas in SIZES:
            _scale(replicas, "backend-deployment")
            command = _load("/tasks?limit=50", workers=WORKERS * replicas, seconds=8)
            runs = [_run(command) for _ in range(REPEATS)]
            measured = [run["per_second"] for run in runs]
            rates.setdefault(replicas, []).extend(measured)
            uneven[replicas] = _deviation([Counter(run["pods"]) for run in runs], replicas)
            print(
                f"{replicas:2d} {statistics.median(measured):7.1f} {min(measured):7.1f}-{max(measured):5.1f}",
                flush=True,
            )
            assert not any(run["failed"] for run in runs)
    finally:
        production.shell("""
            kubectl scale deployment backend-deployment --replicas=2
            kubectl rollout undo deployment/backend-deployment""")
        production.settle("backend-deployment")
    medians = {replicas: statistics.median(measured) for replicas, measured in rates.items()}
    efficiency = {replicas: median / (replicas * medians[1]) for replicas, median in medians.items()}
    print("scaling efficiency (1.00 is linear):", {n: f"{each:.2f}" for n, each in efficiency.items()})
    most = max(SIZES)
    shown = ", ".join(f"{efficiency[replicas]:.2f}" for replicas in sorted(efficiency))
    figures.add(
        f"scaling efficiency of 1 to {most} backend replicas, {CPU_LIMIT} CPU each (1.00 is linear)",
        f"{shown} ({medians[most]:.0f} requests/s)",
        f"≥ 0.9 with {most}",
    )
    figures.add(
        f"requests that each of {most} backends gets, compared with an even share",
        f"±{uneven[most]:.0%}",
        f"±{LENGTH.even:.0%}",
    )
    assert efficiency[most] >= 0.9
    assert uneven[most] <= LENGTH.even


def _load(route: str, *, workers: int, seconds: int) -> list[str]:
    """The command that runs load.py in a pod, directly against the backend's Service."""
    command = ["kubectl", "exec", "prober", "--", "python", "-c", LOAD.read_text()]
    return [*command, traffic.INSIDE, route, str(workers), str(seconds)]


def _run(command: list[str]) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(production.output(command))
    return result


def _share_of_three() -> float:
    """The largest deviation from the mean, as a part of it, once the frontends' pools have had time to notice."""
    command = [sys.executable, str(LOAD), production.OUTSIDE, "/about", "4"]
    noticed = _run([*command, str(LENGTH.notice)])
    result = _run([*command, str(LENGTH.counted / noticed["per_second"])])
    assert result["failed"] == {}
    print(f"\n{result['per_second']:.0f} requests/s", end="")
    return _deviation([Counter(result["pods"])], 3)


def _deviation(runs: list[Counter[str]], replicas: int) -> float:
    """How far the pods' requests are from the mean, as a part of it."""
    shares = sorted(sum(runs, Counter()).values())
    print(f"\nrequests per pod: {shares}")
    assert len(shares) == replicas
    mean = statistics.mean(shares)
    return max(abs(share - mean) / mean for share in shares)


def _connections_while_all_wait() -> int:
    """Open connections of the application, as PostgreSQL counts them when no request has got on for a second."""
    wait = "BEGIN; LOCK TABLE tasks; SELECT pg_sleep(1)"
    count = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'todo'; COMMIT"
    return int(production.sql(f"{wait}; {count}"))
