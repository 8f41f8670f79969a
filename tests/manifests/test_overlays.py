"""Development and production equal the base, except for the differences listed in dev.txt and prod.txt."""

from pathlib import Path

import pytest

from tests.manifests.differences import differences
from tests.manifests.render import rendered

REVIEWED = Path(__file__).parent


@pytest.mark.parametrize("overlay", ["dev", "prod"])
def test_the_list_of_differences_is_the_reviewed_one(overlay: str) -> None:
    reviewed = (REVIEWED / f"{overlay}.txt").read_text().splitlines()
    assert differences(f"deploy/overlays/{overlay}") == reviewed


def test_the_base_has_no_difference_to_itself() -> None:
    assert differences("k8s") == []


@pytest.mark.parametrize("overlay", ["dev", "prod"])
def test_nothing_touches_what_the_specification_fixes(overlay: str) -> None:
    """Replicas, requests, selectors, Services' ports and security may not even be on the reviewed list."""
    fixed = (
        ".resources.requests",
        ".selector",
        "spec.replicas",
        ".ports[",
        "capabilities",
        "runAs",
        "allowPrivilege",
    )
    added = ("PodDisruptionBudget/", "NetworkPolicy/")
    changed = [line for line in differences(f"deploy/overlays/{overlay}") if not line.startswith(added)]
    assert [line for line in changed if any(word in line.partition(": ")[0] for word in fixed)] == []


@pytest.mark.parametrize("overlay", ["dev", "prod"])
def test_an_overlay_that_never_reached_its_base_would_show(overlay: str) -> None:
    assert rendered(f"deploy/overlays/{overlay}") != rendered("k8s")
