"""NFR-3, 6.2: an update by `kubectl rollout restart` costs no request. test_control.py shows that one is noticed."""

from pathlib import Path

import pytest

from tests.prove import figures, pods, production, traffic
from tests.prove.length import LENGTH

pytestmark = pytest.mark.usefixtures("deployed")
RESTART = "kubectl rollout restart deployment/backend-deployment deployment/frontend-deployment"


def test_nfr_3_rolling_restarts_lose_no_request_and_no_write(checkout: Path) -> None:
    (checkout / "api" / "app" / "updated.py").write_text('"""Makes the next image another one."""\n')
    before = pods.image_ids("todo-backend")
    production.build(checkout, "todo-backend")  # with the same tag
    replaced = traffic.replace_under_load(RESTART, LENGTH.rate, LENGTH.rollouts, LENGTH.requests)
    sent, failed, lost = traffic.totals(replaced.reports)
    print(f"{sent} requests; with 0 failures the rate is below {3 / sent:.4%} (rule of three, 95 %)")
    figures.add(
        f"{replaced.times} rolling restarts of both Deployments under load, without retries",
        f"{failed} of {sent} failed, {lost} writes lost; true rate below {3 / sent:.3%} (95 % confidence)",
        "0 failed, 0 lost",
    )
    assert not pods.image_ids("todo-backend") & before
    assert failed == 0
    assert lost == 0
    assert sent >= LENGTH.requests
    assert replaced.restarts == 0, "beyond a limit, or not alive"
