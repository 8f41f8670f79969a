"""NFR-3: `kubectl rollout restart` costs no request; and the control, which shows that this test would notice.

PROVE_ROLLOUTS says how often both Deployments are restarted: once in `make test`, ten times in `make prove`.
"""

import os

import pytest

from tests.prove import production

pytestmark = pytest.mark.usefixtures("deployed")
ROLLOUTS = int(os.environ.get("PROVE_ROLLOUTS", "1"))
RATE = 10  # requests per second in each of 4 lanes, from outside and from inside
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
PROTECTED = "kubectl apply -f k8s/backend-deployment.yaml -f k8s/frontend-deployment.yaml"


def _restart_under_load(times: int) -> list[tuple[str, production.Report]]:
    outside = production.probing("outside", production.from_outside(RATE))
    inside = production.probing("inside", production.from_inside(RATE))
    with outside as one, inside as other:
        for number in range(times):
            for deployment in production.DEPLOYMENTS:
                seconds = production.rollout(deployment)
                print(
                    f"\nrestart {number + 1} of {times}: {deployment} in {seconds:.0f} s", end="", flush=True
                )
    reports = [(probe.name, probe.report) for probe in (one, other)]
    production.table(*reports)
    return reports


def test_nfr_3_rolling_restarts_lose_no_request_and_no_write() -> None:
    reports = [report for _, report in _restart_under_load(ROLLOUTS)]
    sent = sum(report["sent"] for report in reports)
    print(f"{sent} requests; with 0 failures the rate is below {3 / sent:.4%} (rule of three, 95 %)")
    assert sum(report["failed"] for report in reports) == 0
    assert sum(report["lost"] for report in reports) == 0
    assert ROLLOUTS < 10 or sent >= 30_000


def test_nfr_3_control_without_lame_duck_and_prestop_requests_are_lost() -> None:
    production.shell(UNPROTECTED)
    production.settle(*production.DEPLOYMENTS)
    try:
        reports = _restart_under_load(1)
    finally:
        production.shell(PROTECTED)
        production.settle(*production.DEPLOYMENTS)
    assert sum(report["failed"] for _, report in reports) > 0, "the prober does not notice a lost request"
