"""The button *Copy back from the pods*: files created in a pod arrive in the folder, and nothing is lost there."""

import io
import json
import os
import tarfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from dev.base import paths
from dev.base.failure import Failure
from dev.dashboard import copy_back

STARTED = 1_800_000_000  # 2027-01-15T08:00:00Z
BEFORE, AFTER = STARTED - 60, STARTED + 60
Files = dict[str, tuple[str, int]]  # content and time by name


class Pods:
    """Stands in for kubectl and the frontend's pods."""

    def __init__(self) -> None:
        self.files: dict[str, Files] = {"ui-1": {}, "ui-2": {}}
        self.asked: list[str] = []

    def __call__(self, words: Sequence[str]) -> bytes:
        return self._archive(words) if words[0] == "exec" else json.dumps({"items": self._items()}).encode()

    def _items(self) -> list[object]:
        state = {"running": {"startedAt": "2027-01-15T08:00:00Z"}}
        status = {"name": "frontend", "containerID": "docker://1", "state": state}
        return [
            {
                "metadata": {"name": name, "uid": name},
                "spec": {"containers": [{"name": "frontend", "image": "todo-frontend:tilt-1"}]},
                "status": {"phase": "Running", "containerStatuses": [status]},
            }
            for name in self.files
        ]

    def _archive(self, words: Sequence[str]) -> bytes:
        self.asked = list(words[words.index("/app") + 1 :])
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for name, (text, time) in self.files[words[1]].items():
                member = tarfile.TarInfo(name)
                member.size, member.mtime = len(text), time
                archive.addfile(member, io.BytesIO(text.encode()))
        return packed.getvalue()


@pytest.fixture
def pods(monkeypatch: pytest.MonkeyPatch) -> Pods:
    fake = Pods()
    monkeypatch.setattr(copy_back, "kubectl", fake)
    return fake


@pytest.fixture
def ui(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder ui/ of a checkout, as old as the pods' image."""
    folder = tmp_path / "ui"
    folder.mkdir()
    (folder / ".dockerignore").write_text((paths.ROOT / "ui/.dockerignore").read_text())
    put(folder / "package.json", "old", BEFORE)
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    return folder


def put(file: Path, text: str, time: int) -> None:
    file.write_text(text)
    os.utime(file, (time, time))


def test_what_a_pod_created_or_changed_arrives(
    pods: Pods, ui: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pods.files["ui-1"] = {"package.json": ("new", AFTER), "src/lib/new.ts": ("export {};", AFTER)}
    copy_back.copy_back("ui")
    assert (ui / "package.json").read_text() == "new"
    assert (ui / "src/lib/new.ts").read_text() == "export {};"
    assert capsys.readouterr().out.splitlines() == [
        "ui/package.json: replaced by the one from ui-1",
        "ui/src/lib/new.ts: new, copied from ui-1",
    ]
    assert {"package.json", "package-lock.json", "src", "next.config.ts"} <= set(pods.asked)
    assert not {"node_modules", ".next", ".", "*"} & set(pods.asked)


def test_a_change_in_the_folder_is_never_overwritten(
    pods: Pods, ui: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(ui / "package.json", "edited here", AFTER)
    pods.files["ui-1"] = {"package.json": ("edited there", AFTER)}
    copy_back.copy_back("ui")
    assert (ui / "package.json").read_text() == "edited here"
    assert (
        "changed in the folder too. `kubectl exec ui-1 -- cat /app/package.json`" in capsys.readouterr().out
    )


def test_what_only_the_folder_changed_is_left_alone(
    pods: Pods, ui: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The image's files are older than the container."""
    put(ui / "package.json", "edited here", AFTER)
    pods.files["ui-1"] = {"package.json": ("old", BEFORE), "src/deleted_here.ts": ("", BEFORE)}
    copy_back.copy_back("ui")
    assert (ui / "package.json").read_text() == "edited here"
    assert not (ui / "src").exists()
    assert capsys.readouterr().out == "nothing of ui/ was created or changed in its pods\n"


def test_two_pods_with_different_changes_are_reported(
    pods: Pods, ui: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pods.files["ui-1"] = {"package.json": ("one", AFTER)}
    pods.files["ui-2"] = {"package.json": ("two", AFTER)}
    copy_back.copy_back("ui")
    assert (ui / "package.json").read_text() == "one"
    assert "ui/package.json: not copied from ui-2: the one of ui-1 differs" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name",
    [
        ".env",
        "src/.env.local",
        "src/__pycache__/a.pyc",
        "node_modules/a/index.js",
        ".next/build",
        "../outside",
        "src/../../outside",
    ],
)
def test_what_does_not_belong_in_the_folder_stays_in_the_pod(
    pods: Pods, ui: Path, tmp_path: Path, name: str
) -> None:
    pods.files["ui-1"] = {name: ("canary", AFTER)}
    before = sorted(tmp_path.rglob("*"))
    copy_back.copy_back("ui")
    assert sorted(tmp_path.rglob("*")) == before


def test_no_running_pod_and_a_wrong_name_are_reported(pods: Pods, ui: Path) -> None:
    assert ui.is_dir()
    with pytest.raises(Failure, match="no pods of a service called web"):
        copy_back.copy_back("web")
    pods.files.clear()
    with pytest.raises(Failure, match="no pod of ui runs"):
        copy_back.copy_back("ui")
