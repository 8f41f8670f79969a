"""NFR-3, the control: without draining and preStop a rollout loses requests, and the prober notices.

It comes last. Its pods die while connections to them are being opened, and the node's connection tracking remembers
those for two minutes: a new connection from the same source port is routed to the deleted pod and reset after 3 s.
kube-proxy clears such memories for UDP only.
"""

import pytest

from tests.prove import figures, production, traffic

pytestmark = pytest.mark.usefixtures("deployed")
RATE = 6  # requests per second in each of 4 lanes, from outside and from inside
UNPROTECTED = """
    for name in backend frontend; do
        kubectl patch deployment/$name-deployment --patch "
            spec:
              template:
                spec:
                  containers:
                    - name: $name
                      lifecycle: null
                      env: [{name: DRAIN_SECONDS, value: '0'}]"
    done"""
UNDO = "kubectl rollout undo deployment/backend-deployment deployment/frontend-deployment"


def test_nfr_3_without_draining_and_prestop_requests_are_lost() -> None:
    production.shell(UNPROTECTED)
    production.roll_out(*production.DEPLOYMENTS)
    outside, inside = traffic.replace_under_load(UNDO, RATE).reports
    sent, failed, _ = traffic.totals([outside, inside])
    figures.add(
        "control: one rolling restart without draining and preStop",
        f"{failed} of {sent} failed ({outside['failed']} from outside, {inside['failed']} from inside)",
        "> 0 failed",
    )
    assert failed > 0, "the prober does not notice a lost request"
