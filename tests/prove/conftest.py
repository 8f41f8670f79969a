"""The production deployment for all these tests, created once as the specification describes and deleted at the end."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.cluster.tilt import leftovers
from tests.prove import figures, production
from tests.support import order, secrecy, world
from tests.support.waiting import until

STAGES = ("manual_way", "zero_downtime", "recovery", "database", "scaling", "node", "control")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order.by_stage(items, Path(__file__).parent, STAGES)


@pytest.fixture(scope="session", autouse=True)
def summary() -> Iterator[None]:
    """The table of all figures, last."""
    yield
    print("\n\n" + figures.table())


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this checkout that tests may edit. No build from it may contain the canaries."""
    return secrecy.plant(world.copy_checkout(tmp_path_factory.mktemp("checkout") / "todo"))


@pytest.fixture(scope="session")
def images(checkout: Path) -> dict[str, float]:
    """Build the production images in the node. The seconds that each took."""
    return {image: production.build(checkout, image) for image in production.IMAGES}


@pytest.fixture(scope="session")
def deployed(images: dict[str, float], tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Sections 5.2 (build, secret, apply) and, at the end, 6.4 (delete) of the specification."""
    assert images
    production.remove()  # left by an interrupted run of these tests
    if leftovers():  # of an end-to-end run that was interrupted
        world.tilt_down(world.copy_checkout(tmp_path_factory.mktemp("leftovers") / "todo"))
    production.deploy_standins()
    production.create_secret(tmp_path_factory.mktemp("secret"))
    production.shell("""
        kubectl apply -f k8s/backend-deployment.yaml
        kubectl apply -f k8s/backend-service.yaml
        kubectl apply -f k8s/frontend-deployment.yaml
        kubectl apply -f k8s/frontend-service.yaml""")
    production.adapt()
    production.roll_out(*production.DEPLOYMENTS)
    production.shell(
        f"kubectl apply -f {shlex.quote(str(production.PROBER_POD))} && kubectl wait pod/prober --for=condition=Ready"
    )
    yield
    production.remove()
    until(lambda: not leftovers(), timeout=60, what="nothing of ours left")
