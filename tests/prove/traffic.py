"""Runs prober.py against the production deployment, from outside and inside, and reads its reports."""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.prove import pods, production
from tests.support import world

Report = dict[str, Any]  # as prober.py prints it

INSIDE = "http://backend-service:8000/api/v1"
PROBER = Path(__file__).with_name("prober.py")


@dataclass
class Probe:
    """A running prober; its report once it has ended."""

    name: str
    process: subprocess.Popen[str]
    report: Report


@contextlib.contextmanager
def probing(name: str, command: list[str]) -> Iterator[Probe]:
    """Traffic by prober.py while the block runs; afterwards `report` is filled in."""
    process = subprocess.Popen(
        command, env=world.ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    probe = Probe(name, process, {})
    assert process.stdin is not None and process.stdout is not None
    try:
        assert process.stdout.readline().strip() == "ready", f"the prober {name} did not begin"
        yield probe
        process.stdin.close()
        last = process.stdout.read()
        assert process.wait(timeout=60) == 0, f"the prober {name} ended with {process.returncode}"
        probe.report = json.loads(last)
    finally:
        process.kill()
        process.wait()


def from_outside(rate: float) -> list[str]:
    """The command of a prober that uses the NodePort, like a browser, including the proxy."""
    return [sys.executable, str(PROBER), production.OUTSIDE, str(rate)]


def from_inside(rate: float) -> list[str]:
    """The command of a prober in a pod, directly against the backend's Service."""
    python = ["kubectl", "exec", "--stdin", "prober", "--", "python", "-c", PROBER.read_text()]
    return [*python, INSIDE, str(rate)]


@dataclass
class Replacement:
    """The outcome of replacing all pods under load: rounds, restarts of any pod, and the probers' reports."""

    times: int
    restarts: int
    reports: list[Report]


def replace_under_load(command: str, rate: int, times: int = 1, requests: int = 0) -> Replacement:
    """Replace all pods while two probers send, `times` times or until enough requests were sent."""
    outside = probing("outside", from_outside(rate))
    inside = probing("inside", from_inside(rate))
    number, restarted, begin = 0, 0, time.monotonic()
    with outside as one, inside as other:
        while number < times or (time.monotonic() - begin) * 8 * rate < requests:
            number += 1
            seconds = production.change(command, *production.DEPLOYMENTS)
            # of pods that are new; the next round takes them away
            restarted += pods.all_restarts(*production.APPS.values())
            print(f"\nreplacement {number} of {times} or more: {seconds:.0f} s", end="", flush=True)
    table(("outside", one.report), ("inside", other.report))
    return Replacement(number, restarted, [one.report, other.report])


def totals(reports: list[Report]) -> tuple[int, int, int]:
    """Requests sent and failed, and writes lost, of several probers together."""
    sent, failed, lost = (sum(report[what] for report in reports) for what in ("sent", "failed", "lost"))
    return sent, failed, lost


def table(*reports: tuple[str, Report]) -> None:
    """Print probers' reports."""
    print(f"\n{'from':<8} {'lane':<13} {'sent':>6} {'failed':>6} {'p50':>7} {'p95':>7} {'p99':>7} ms")
    for name, report in reports:
        for lane, row in report["lanes"].items():
            figures = f"{row['p50_ms']:7.1f} {row['p95_ms']:7.1f} {row['p99_ms']:7.1f}"
            print(f"{name:<8} {lane:<13} {row['sent']:6d} {row['failed']:6d} {figures}")
        print(f"{name:<8} writes acknowledged {report['acknowledged']}, of these lost {report['lost']}")
        if report["failed"]:
            print(f"{name:<8} failures: {report['kinds']}, the first of each kind: {report['first_of_kind']}")
