"""NFR-3: `kubectl rollout restart` costs no request; and the control, which shows that this test would notice."""

import time

import pytest

from tests.prove import figures, production
from tests.prove.length import LENGTH

pytestmark = pytest.mark.usefixtures("deployed")
CONTROL_RATE = 6  # requests per second in each of 4 lanes, from outside and from inside
UNPROTECTED = """
    for name in backend frontend; do
        kubectl patch deployment/$name-deployment --patch "
            spec:
              template:
                spec:
                  containers:
                    - name: $name
                      lifecycle: null
                      env: [{name: LAME_DUCK_SECONDS, value: '0'}]"
    done"""
RESTART = "kubectl rollout restart deployment/backend-deployment deployment/frontend-deployment"
UNDO = "kubectl rollout undo deployment/backend-deployment deployment/frontend-deployment"


def _replace_under_load(
    command: str, rate: int, times: int, requests: int
) -> tuple[int, list[production.Report]]:
    """Reports of two probers while all pods are replaced, `times` times or until enough requests were sent."""
    outside = production.probing("outside", production.from_outside(rate))
    inside = production.probing("inside", production.from_inside(rate))
    number, begin = 0, time.monotonic()
    with outside as one, inside as other:
        while number < times or (time.monotonic() - begin) * 8 * rate < requests:
            number += 1
            seconds = production.change(command, *production.DEPLOYMENTS)
            print(f"\nreplacement {number} of {times} or more: {seconds:.0f} s", end="", flush=True)
    production.table(("outside", one.report), ("inside", other.report))
    return number, [one.report, other.report]


def test_nfr_3_rolling_restarts_lose_no_request_and_no_write() -> None:
    number, reports = _replace_under_load(RESTART, LENGTH.rate, LENGTH.rollouts, LENGTH.requests)
    sent, failed, lost = (sum(report[what] for report in reports) for what in ("sent", "failed", "lost"))
    print(f"{sent} requests; with 0 failures the rate is below {3 / sent:.4%} (rule of three, 95 %)")
    figures.add(
        f"`kubectl rollout restart` of both Deployments at once, {number} times, under load, retries off",
        f"{failed} of {sent} failed, {lost} writes lost; 95 % bound {3 / sent:.3%}", "0 failed, 0 lost",
    )  # fmt: skip
    assert failed == 0
    assert lost == 0
    assert sent >= LENGTH.requests
    assert production.all_restarts(*production.APPS.values()) == 0, "beyond a limit, or not alive"


def test_nfr_3_control_without_lame_duck_and_prestop_requests_are_lost() -> None:
    production.shell(UNPROTECTED)
    production.roll_out(*production.DEPLOYMENTS)
    _, reports = _replace_under_load(UNDO, CONTROL_RATE, 1, 0)
    sent, failed = (sum(report[what] for report in reports) for what in ("sent", "failed"))
    figures.add(
        "the same once, lame duck and preStop off (control)", f"{failed} of {sent} failed", "> 0 failed"
    )
    assert failed > 0, "the prober does not notice a lost request"
