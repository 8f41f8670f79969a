"""How the lane reads a pod, and when it asks Tilt for an image."""

from pathlib import Path
from typing import Any

import pytest

from dev.sync.heal import Heal
from dev.sync.pods import Container, container
from dev.sync.rules import rules

RUNNING = {"running": {"startedAt": "2026-01-01T00:00:00Z"}}
CRASHING = {"waiting": {"reason": "CrashLoopBackOff"}}


def pod(
    main: dict[str, Any],
    init: dict[str, Any] | None = None,
    image: str = "todo-backend:tilt-1",
    **metadata: str,
) -> dict[str, Any]:
    return {
        "metadata": {"name": "backend-1", "uid": "u1", **metadata},
        "spec": {"containers": [{"name": "proxy", "image": "other"}, {"name": "backend", "image": image}]},
        "status": {
            "phase": "Running",
            "initContainerStatuses": [{"name": "migrate", "state": init}] if init else [],
            "containerStatuses": [
                {"name": "proxy", "containerID": "docker://0", "state": RUNNING},
                {"name": "backend", "containerID": "docker://1", "state": main},
            ],
        },
    }


def test_a_running_container_is_found_by_its_image() -> None:
    for image in (
        "todo-backend:tilt-1",
        "docker.io/library/todo-backend:x",
        "todo-backend@sha256:abc",
        "todo-backend",
    ):
        found = container(pod(RUNNING, image=image))
        assert found
        assert (found.rule.resource, found.name, found.pod, found.identity) == (
            "api",
            "backend",
            "backend-1",
            "docker://1",
        )
        assert not found.init_fails


def test_other_pods_and_pods_that_end_are_ignored() -> None:
    assert container(pod(RUNNING, image="todo-backend-old:1")) is None
    assert container(pod(RUNNING, deletionTimestamp="2026-01-01T00:00:00Z")) is None


@pytest.mark.parametrize(
    ("init", "main", "trouble"),
    [
        (CRASHING, {"waiting": {"reason": "PodInitializing"}}, "Init:CrashLoopBackOff"),
        (
            {"terminated": {"exitCode": 1, "reason": "Error"}},
            {"waiting": {"reason": "PodInitializing"}},
            "Init:Error",
        ),
        ({"waiting": {"reason": "ErrImageNeverPull"}}, {"waiting": {}}, "Init:ErrImageNeverPull"),
        (None, {"waiting": {"reason": "ImagePullBackOff"}}, "ImagePullBackOff"),
    ],
)
def test_a_pod_that_no_stream_can_help_is_named(init: Any, main: Any, trouble: str) -> None:
    found = container(pod(main, init))
    assert found
    assert (found.identity, found.trouble, found.init_fails) == ("", trouble, True)


@pytest.mark.parametrize(
    "init", [{"terminated": {"exitCode": 0}}, RUNNING, {"waiting": {"reason": "PodInitializing"}}]
)
def test_a_pod_that_starts_is_waited_for(init: Any) -> None:
    found = container(pod({"waiting": {"reason": "PodInitializing"}}, init))
    assert found
    assert (found.identity, found.init_fails) == ("", False)


class Tilt:
    """Records the builds that it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers = True

    def trigger(self, resource: str) -> bool:
        self.asked.append(resource)
        return self.answers


@pytest.fixture
def failing() -> list[Container]:
    found = container(pod({"waiting": {"reason": "PodInitializing"}}, CRASHING))
    assert found
    return [found]


def test_each_content_is_built_once_for_a_failing_pod(tmp_path: Path, failing: list[Container]) -> None:
    tilt, lines = Tilt(), list[str]()
    heal = Heal(tmp_path, tilt.trigger, lines.append)
    code = tmp_path / rules()[0].context / "app/config.py"
    code.parent.mkdir(parents=True)
    for content in ("broken", "broken", "fixed", "fixed"):
        code.write_text(content)
        heal.look(failing)
    assert tilt.asked == ["api", "api"]
    assert "Init:CrashLoopBackOff" in lines[0]


def test_code_that_was_broken_before_the_first_start_is_built_once_it_is_fixed(
    tmp_path: Path, failing: list[Container]
) -> None:
    """The first image already has the broken line, so there is no save that Tilt could have missed."""
    tilt = Tilt()
    code = tmp_path / rules()[0].context / "app/config.py"
    code.parent.mkdir(parents=True)
    code.write_text("X = (")
    heal = Heal(tmp_path, tilt.trigger, lambda _: None)
    heal.look([])  # the image is being built
    heal.look(failing)
    before = len(tilt.asked)
    code.write_text("X = 1")
    heal.look(failing)
    assert len(tilt.asked) == before + 1
    running = container(pod(RUNNING, {"terminated": {"exitCode": 0}}))
    assert running
    heal.look([running])
    assert len(tilt.asked) == before + 1


def test_nothing_is_built_for_healthy_pods_or_files_outside_the_image(
    tmp_path: Path, failing: list[Container]
) -> None:
    tilt = Tilt()
    heal = Heal(tmp_path, tilt.trigger, lambda _: None)
    context = tmp_path / rules()[0].context
    context.mkdir()
    (context / ".dockerignore").write_text("*\n!app\n")
    heal.look([])
    assert tilt.asked == []
    heal.look(failing)
    (context / "notes.txt").write_text("nothing that a build reads")
    heal.look(failing)
    assert tilt.asked == ["api"]


def test_a_tilt_that_does_not_answer_is_asked_again(tmp_path: Path, failing: list[Container]) -> None:
    tilt = Tilt()
    tilt.answers = False
    heal = Heal(tmp_path, tilt.trigger, lambda _: None)
    heal.look(failing)
    heal.look(failing)
    assert tilt.asked == ["api", "api"]


def test_a_second_incident_with_the_same_content_is_built_again(
    tmp_path: Path, failing: list[Container]
) -> None:
    """The node may lose an image twice."""
    tilt = Tilt()
    heal = Heal(tmp_path, tilt.trigger, lambda _: None)
    well = container(pod(RUNNING))
    assert well
    for containers in (failing, [well, *failing], failing, [well], failing):
        heal.look(containers)
    assert tilt.asked == ["api", "api"]
