"""`tilt down` leaves nothing behind, even if `.env` or the Tiltfile's preflight is broken."""

from pathlib import Path

import pytest

from dev.cluster import tilt
from tests.support import world


@pytest.mark.usefixtures("deployed")
def test_tilt_down_leaves_nothing(checkout: Path) -> None:
    assert tilt.leftovers()
    world.tilt_down(checkout)
    assert {space["metadata"]["name"] for space in world.objects("namespaces")} == {
        "default", "kube-node-lease", "kube-public", "kube-system",
    }  # fmt: skip
    assert not world.objects("pods")
    assert [service["metadata"]["name"] for service in world.objects("services")] == ["kubernetes"]
