"""NFR-3: `kubectl rollout restart` costs no request; and the control, which shows that this test would notice.

PROVE_ROLLOUTS says how often both Deployments are restarted: once in `make test`, ten times in `make prove`.
"""

import os

import pytest

from tests.prove import figures, production

pytestmark = pytest.mark.usefixtures("deployed")
ROLLOUTS = int(os.environ.get("PROVE_ROLLOUTS", "1"))
RATE = 5  # requests per second in each of 4 lanes, from outside and from inside: what one pod of each bears alone
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
    failed, lost = (sum(report[what] for report in reports) for what in ("failed", "lost"))
    print(f"{sent} requests; with 0 failures the rate is below {3 / sent:.4%} (rule of three, 95 %)")
    figures.add(
        f"{ROLLOUTS} rolling restart{'s' * (ROLLOUTS > 1)} of both Deployments under load, retries off",
        f"{failed} of {sent} failed, {lost} writes lost; 95 % bound {3 / sent:.3%}", "0 failed, 0 lost",
    )  # fmt: skip
    assert failed == 0
    assert lost == 0
    assert ROLLOUTS < 10 or sent >= 30_000


def test_nfr_3_control_without_lame_duck_and_prestop_requests_are_lost() -> None:
    production.shell(UNPROTECTED)
    production.settle(*production.DEPLOYMENTS)
    try:
        reports = _restart_under_load(1)
    finally:
        production.shell(PROTECTED)
        production.settle(*production.DEPLOYMENTS)
    failed, sent = (sum(report[what] for _, report in reports) for what in ("failed", "sent"))
    figures.add(
        "the same once, lame duck and preStop off (control)", f"{failed} of {sent} failed", "> 0 failed"
    )
    assert failed > 0, "the prober does not notice a lost request"
