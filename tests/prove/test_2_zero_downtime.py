"""NFR-3: `kubectl rollout restart` costs no request. test_7_control.py shows that this test would notice."""

import pytest

from tests.prove import figures, production
from tests.prove.length import LENGTH

pytestmark = pytest.mark.usefixtures("deployed")
RESTART = "kubectl rollout restart deployment/backend-deployment deployment/frontend-deployment"


def test_nfr_3_rolling_restarts_lose_no_request_and_no_write() -> None:
    number, reports = production.replace_under_load(RESTART, LENGTH.rate, LENGTH.rollouts, LENGTH.requests)
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
