"""NFR-1: 2 to 10 replicas without an error, throughput that grows with the replicas, requests that spread evenly.

Throughput is measured at an equal, low CPU limit per pod, so that five of them fit beside the control plane. The
control plane, PostgreSQL and the load itself share the two CPUs.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.prove import figures, production
from tests.prove.length import LENGTH, SHORT

pytestmark = pytest.mark.usefixtures("deployed")
MANY = max(LENGTH.replicas)
# Backend replicas whose throughput is measured; one at both ends, as machines drift.
SIZES = (1, 2, 3, 4, 5, 1)
REPEATS = 5
CPU_LIMIT = "100m"  # per backend pod while throughput is measured
WORKERS = 20  # per replica: connections are spread at random, and no pod should ever wait for work
RATE = 5  # requests per second in each of 4 lanes
LOAD = Path(__file__).with_name("load.py")
HOSTED_CONNECTIONS = 97  # of Neon's smallest compute: 104, and 7 are its own


def _scale(replicas: int, *deployments: str) -> float:
    """Scale Deployments, all at once; seconds until they are as they should be."""
    return production.change(
        f"kubectl scale deployment {' '.join(deployments)} --replicas={replicas}", *deployments
    )


def _scale_under_load(*sizes: int) -> production.Report:
    with production.probing("outside", production.from_outside(RATE)) as probe:
        for replicas in sizes:
            seconds = _scale(replicas, *production.DEPLOYMENTS)
            print(f"\nboth to {replicas} replicas: settled in {seconds:.0f} s", end="", flush=True)
    production.table(("outside", probe.report))
    return probe.report


def test_6_1_scaling_costs_no_request_and_a_new_backend_takes_its_share() -> None:
    before = production.all_restarts(*production.APPS.values())
    reports = [_scale_under_load(3)]
    worst = _share_of_three()
    reports.append(_scale_under_load(*LENGTH.replicas))
    sent, failed, lost = (sum(report[what] for report in reports) for what in ("sent", "failed", "lost"))
    sizes = ", ".join(map(str, (2, 3, *LENGTH.replicas)))
    figures.add(
        f"scaled to {sizes} replicas of each under load", f"{failed} of {sent} failed, {lost} writes lost",
        "0 failed, 0 lost",
    )  # fmt: skip
    figures.add(
        "share of a new third backend's requests, behind the frontend's pool",
        f"±{worst:.0%}", f"±{LENGTH.even:.0%}",
    )  # fmt: skip
    assert failed == 0
    assert lost == 0
    assert worst <= LENGTH.even
    assert production.all_restarts(*production.APPS.values()) <= before, "beyond a limit, or not alive"


@pytest.mark.skipif(LENGTH is SHORT, reason="three replicas would show nothing: in `make prove` only")
def test_all_replicas_and_a_rollouts_surge_fit_the_smallest_hosted_database() -> None:
    """FR-3. Every pool is filled to its end, while a rollout adds a pod."""
    _scale(MANY, "backend-deployment")
    command = [sys.executable, str(LOAD), production.OUTSIDE, "/tasks?limit=50", "80", "25"]
    load = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    production.shell("kubectl rollout restart deployment/backend-deployment")
    most = 0
    while load.poll() is None:
        most = max(most, _connections())
        time.sleep(0.5)
    assert load.returncode == 0
    production.settle("backend-deployment")
    _scale(2, "backend-deployment")
    print(f"\n{MANY} backend replicas and a rollout: at most {most} connections to PostgreSQL")
    figures.add(
        f"connections to PostgreSQL of {MANY} backend replicas, full pools, during a rollout",
        f"at most {most}", f"≤ {HOSTED_CONNECTIONS}",
    )  # fmt: skip
    assert MANY <= most <= HOSTED_CONNECTIONS


@pytest.mark.skipif(LENGTH is SHORT, reason="takes six minutes: in `make prove` only")
def test_throughput_grows_with_the_replicas() -> None:
    # what a pod may use it also gets: its share of the CPU follows from its request
    cpu = f"--requests=cpu={CPU_LIMIT} --limits=cpu={CPU_LIMIT}"
    production.shell(f"kubectl set resources deployment/backend-deployment --containers=backend {cpu}")
    production.settle("backend-deployment")
    rates: dict[int, list[float]] = {}
    print(f"\nbackend replicas at a limit of {CPU_LIMIT} CPU each, GET /api/v1/tasks, {REPEATS} runs of 8 s")
    print(" n  median and range, requests/s")
    try:
        for replicas in SIZES:
            _scale(replicas, "backend-deployment")
            command = ["kubectl", "exec", "prober", "--", "python", "-c", LOAD.read_text()]
            command += [production.INSIDE, "/tasks?limit=50", str(WORKERS * replicas), "8"]
            runs = [_run(command) for _ in range(REPEATS)]
            measured = [run["per_second"] for run in runs]
            rates.setdefault(replicas, []).extend(measured)
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
    print("relative to as many times one's:", {n: f"{each:.2f}" for n, each in efficiency.items()})
    most = max(SIZES)
    figures.add(
        f"throughput with {most} backend replicas of {CPU_LIMIT} CPU, relative to as many times one's",
        f"{efficiency[most]:.2f} ({medians[most]:.0f} requests/s)", "≥ 0.9",
    )  # fmt: skip
    assert efficiency[most] >= 0.9


def _run(command: list[str]) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(production.output(command))
    return result


def _share_of_three() -> float:
    """The largest deviation from the mean, as a part of it, once the frontends' pools have had time to notice."""
    command = [sys.executable, str(LOAD), production.OUTSIDE, "/about", "4"]
    _run([*command, str(LENGTH.notice)])
    result = _run([*command, str(LENGTH.counted)])
    shares = sorted(result["pods"].values())
    print(f"\nrequests per pod: {shares}, {result['per_second']:.0f}/s")
    assert len(shares) == 3
    assert result["failed"] == {}
    mean = statistics.mean(shares)
    return max(abs(share - mean) / mean for share in shares)


def _connections() -> int:
    """Open connections of the application, as PostgreSQL counts them."""
    return int(production.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'todo'"))
