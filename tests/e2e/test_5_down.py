"""`tilt down` leaves nothing, and does not need a good `.env` or Tiltfile preflight for it."""

import subprocess
from pathlib import Path

import pytest

from dev import tilt
from tests.e2e import world


@pytest.mark.usefixtures("deployed")
def test_tilt_down_leaves_nothing(checkout: Path) -> None:
    assert tilt.leftovers()
    done = subprocess.run(
        ["tilt", "down", "--delete-namespaces"],
        cwd=checkout, env=world.ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    world.until(lambda: not tilt.leftovers(), timeout=60, what="nothing of ours left")
    assert {space["metadata"]["name"] for space in world.objects("namespaces")} == {
        "default", "kube-node-lease", "kube-public", "kube-system",
    }  # fmt: skip
    assert not world.objects("pods")
    assert [service["metadata"]["name"] for service in world.objects("services")] == ["kubernetes"]
