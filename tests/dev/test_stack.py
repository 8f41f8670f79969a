"""A named stack: what follows from its name, and who may start or end it."""

import json
from pathlib import Path

import pytest

from dev import __main__
from dev.base import paths, stack
from dev.base.failure import Failure
from dev.base.stack import DEFAULT, Stack
from dev.cluster import claim, minikube, tilt
from dev.commands import secret
from dev.commands.settings import settings
from dev.env import addresses, standins


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests cannot reach this machine's cluster, nor its notes."""
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(paths, "MINIKUBE_HOME", tmp_path / "cache" / "minikube")


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Stack:
    monkeypatch.setenv("STACK", "two")
    return stack.current()


def noted(folder: Path, which: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout that uses a stack, and whose Tilt runs."""
    folder.mkdir(exist_ok=True)
    with monkeypatch.context() as there:
        there.setattr(paths, "ROOT", folder)
        there.setenv("STACK", which.name)
        claim.take()
    monkeypatch.setattr(tilt, "pid_of", lambda asked: 1 if asked == folder else 0)


def test_two_stacks_share_nothing(two: Stack) -> None:
    assert (DEFAULT.namespace, DEFAULT.standins, DEFAULT.volume, DEFAULT.shift) == (
        "default", "todo-standins", "postgres", 0,
    )  # fmt: skip
    assert (two.namespace, two.standins, two.volume) == ("todo-two", "todo-two-standins", "postgres-two")
    assert 1 <= two.shift <= 99
    assert Stack("two").shift == two.shift != Stack("three").shift


def test_settings_and_secrets_follow(two: Stack, tmp_path: Path) -> None:
    found = settings({"UI_PORT": "3001"}, tmp_path)
    assert found["stack"]["namespace"] == "todo-two"
    assert found["address"] == f"http://localhost:{3001 + two.shift}"
    assert found["dashboard"] == 10350 + two.shift
    assert found["services"]["api"]["local_port"] == 8000 + two.shift
    assert found["config_maps"]["backend-machine"]["GROQ_BASE_URL"] == "http://groq.todo-two-standins:8080"
    places = {each.name: each.namespace for each in secret.wanted({}, tmp_path)}
    assert places == {"todo-secrets": "todo-two", "postgres": "todo-two-standins"}
    assert {each.namespace for each in secret.every()} == set(places.values())
    assert "@postgres.todo-two-standins:5432/" in standins.database_url("x", two)


def test_make_up_prints_every_address(two: Stack) -> None:
    said = addresses.lines({}, two, 10350 + two.shift)
    for port in (3000, 8000, 10350):
        assert f"http://localhost:{port + two.shift}" in said
    assert f"node port: {30080 + two.shift}" in said
    assert addresses.lines({}, DEFAULT, 10350) == (
        "the app: http://localhost:30080   Tilt's dashboard: http://localhost:10350"
    )


@pytest.mark.parametrize("name", ["Two", "2", "two_", "-two", "two-", "a" * 31, "standins", "two-standins"])
def test_a_name_that_cannot_be_a_namespace(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STACK", name)
    with pytest.raises(Failure, match="is not a name for a stack") as caught:
        stack.current()
    assert "STACK=two" in caught.value.remedy


def test_a_checkout_remembers_its_stack_until_it_is_down(two: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    stack.remember(two, 10350 + two.shift)
    monkeypatch.delenv("STACK")
    assert stack.current() == two
    monkeypatch.setenv("STACK", "three")
    with pytest.raises(Failure, match="already runs the stack two"):
        stack.current()
    stack.forget()
    assert stack.current() == Stack("three")


def test_make_up_is_refused_beside_the_same_checkouts_default_stack(
    two: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted(paths.ROOT, DEFAULT, monkeypatch)
    with pytest.raises(Failure, match="already runs the default stack"):
        __main__.up()
    assert stack.remembered() == DEFAULT


def test_a_named_stack_is_free_beside_the_default_one(
    two: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted(tmp_path / "other", DEFAULT, monkeypatch)
    claim.require_free()
    claim.require_one_stack()
    noted(tmp_path / "other", two, monkeypatch)
    with pytest.raises(Failure, match=f"the stack two is in use by {tmp_path / 'other'} since"):
        claim.require_free()


def test_make_nuke_names_the_stacks_that_it_would_destroy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted(tmp_path / "other", Stack("two"), monkeypatch)
    monkeypatch.setattr(minikube, "delete", lambda: pytest.fail("deleted"))
    with pytest.raises(Failure, match=f"also runs the stack two of {tmp_path / 'other'} since") as caught:
        __main__.nuke()
    assert caught.value.remedy == f"make -C {tmp_path / 'other'} down, then try again"


def test_only_its_own_objects_are_left_of_a_stack(two: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = [
        "default/Deployment/backend-deployment",
        "todo-two/Deployment/backend-deployment",
        "todo-two-standins/Pod/postgres-1",
        "todo-standins/Pod/postgres-1",
        "/PersistentVolume/postgres",
        "/PersistentVolume/postgres-two",
        "/Namespace/todo-standins",
        "/Namespace/todo-two",
    ]
    monkeypatch.setattr("dev.base.command.output", lambda *_, **__: "\n".join(cluster))
    assert tilt.leftovers() == [
        "Deployment/backend-deployment", "Pod/postgres-1", "PersistentVolume/postgres-two", "Namespace/todo-two",
    ]  # fmt: skip
    monkeypatch.delenv("STACK")
    assert tilt.leftovers() == [
        "Deployment/backend-deployment", "Pod/postgres-1", "PersistentVolume/postgres", "Namespace/todo-standins",
    ]  # fmt: skip


def test_a_note_of_before_stacks_is_the_default_ones(tmp_path: Path) -> None:
    paths.CACHE.mkdir()
    (paths.CACHE / "cluster-in-use.json").write_text(json.dumps({"folder": str(tmp_path), "since": "2026"}))
    (use,) = claim.uses()
    assert str(use) == f"the default stack of {tmp_path} since 2026"
