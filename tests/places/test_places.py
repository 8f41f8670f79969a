"""The cheap suites pass wherever a clone lies, for root and for other users."""

import os
from collections.abc import Iterator

import pytest

from tests.places.clone import Place, folder, link_installed, of_another, own
from tests.support import repository

STATIC = ("format", "lint", "shell", "yaml")
TESTS = ("dev-tests", "lane-tests", "standins-tests")
WITH_TOOLS = ("manifests-tests", "devcontainer-tests")


@pytest.fixture
def in_a_private_home() -> Iterator[Place]:
    """As in root's home: no other user may enter. The name is one that careless quoting breaks."""
    with folder(0o700) as home:
        root = home / "with a space and ü" / "todo"
        root.mkdir(parents=True)
        repository.copy(root)
        link_installed(root)
        yield own(root)


@pytest.fixture
def of_a_user() -> Iterator[Place]:
    """Everything is installed again, as this user would."""
    if os.geteuid() != 0:
        pytest.skip("only root can use another account; this user is an ordinary one already")
    with folder(0o755) as top:
        root, home = top / "todo", top / "home"
        home.mkdir(mode=0o700)
        root.mkdir(parents=True)
        repository.copy(root)
        yield of_another(root, home)


def test_in_a_private_home_under_a_name_with_a_space(in_a_private_home: Place) -> None:
    done = in_a_private_home.run("python3", "-m", "dev", "test", *STATIC, *TESTS, *WITH_TOOLS)
    print(done.stdout)
    assert done.returncode == 0, done.stdout[-6000:]


def test_as_an_ordinary_user(of_a_user: Place) -> None:
    done = of_a_user.run("python3", "-m", "dev", "test", *STATIC, *TESTS)
    print(done.stdout)
    assert done.returncode == 0, done.stdout[-6000:]
