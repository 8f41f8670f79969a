"""Around the lane: hints, the restart of a dead lane, and a folder without inotify."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from dev.sync.beat import Beat, watch
from dev.sync.notify import Notify
from dev.sync.outside import Outside
from tests.dev.sync.world import RULES, World, until


def test_a_file_that_goes_into_no_image_is_reported_once(world: World) -> None:
    lines: list[str] = []
    (world.root / ".gitignore").write_text("node_modules/\n.env*\n")
    (world.root / "ui/node_modules").mkdir()
    outside = Outside(world.root, tuple(RULES), lines.append)
    outside.look()
    assert lines == []
    world.write("api/lib/__init__.py", "V = 1")
    world.write("ui/.env.local", "NEXT_PUBLIC_GREETING=canary")
    world.write("api/app/new.py", "that is where code belongs")
    outside.look()
    outside.look()
    assert [line.partition(" ")[0] for line in lines] == ["api/lib", "ui/.env.local"]
    assert "api/app" in lines[0]
    assert "NEXT_PUBLIC_" in lines[1]
    assert "manifest" in lines[1]
    assert "canary" not in "".join(lines)


def test_files_of_an_unpacked_archive_are_not_reported(world: World) -> None:
    lines: list[str] = []
    shutil.rmtree(world.root / ".git")
    world.write("api/tests/test_it.py", "belongs in no image")
    world.write("api/.env", "X=1")
    Outside(world.root, tuple(RULES), lines.append).look()
    assert [line.partition(" ")[0] for line in lines] == ["api/.env"]


def test_a_change_is_noticed_without_inotify(tmp_path: Path) -> None:
    notify = Notify(poll=True)
    notify.watch(str(tmp_path))
    assert not notify.events
    begin = time.monotonic()
    assert notify.wait(5)  # there may be a change; a scan finds out
    assert time.monotonic() - begin < 2


def test_a_file_that_is_being_written_is_busy_until_it_is_closed(tmp_path: Path) -> None:
    notify = Notify()
    if not notify.events:
        pytest.skip("no inotify here")
    notify.watch(str(tmp_path))
    with (tmp_path / "file").open("w") as file:
        file.write("half")
        file.flush()
        assert notify.wait(2)
        assert notify.busy() == {str(tmp_path / "file")}
    assert notify.wait(2)
    assert notify.busy() == set()


def test_a_lane_works_where_files_are_not_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dev.sync.lane.Notify", lambda: Notify(poll=True))
    world = World(tmp_path)
    world.until_equal()
    world.write("api/app/one.py", "saved")
    world.until_equal()
    world.git("checkout", "-qf", "other")
    world.until_equal()
    world.lane.stop()


KEPT = """
import os, sys, time
from dev.sync import keep
keep.PAUSE = 0.1
def run():
    print("started", os.getpid(), flush=True)
    time.sleep(60)
    return 0
keep.running(run)
"""


def test_a_lane_that_is_killed_starts_again_and_ends_with_its_parent() -> None:
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {KEPT!r}])"
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(parent.stdout or ()), daemon=True)
    reader.start()
    until(lambda: len(lines) == 1, lambda: str(lines))
    os.kill(int(lines[0].split()[1]), signal.SIGKILL)
    until(lambda: len(lines) == 3, lambda: str(lines))
    assert lines[1] == "sync ended and is started again\n"
    parent.kill()  # as Tilt may be
    until(lambda: not Path(f"/proc/{lines[2].split()[1]}").exists(), lambda: "it outlives its parent")
    parent.wait()


def test_a_lane_that_ends_or_hangs_is_noticed(tmp_path: Path) -> None:
    for ends in (True, False):
        beat = Beat(tmp_path / "alive", silence=0.3)
        beat()
        watcher = threading.Thread(target=lambda: watch(tmp_path / "alive", 0.3, 0.02), daemon=True)
        watcher.start()
        for _ in range(10):
            time.sleep(0.1)
            beat()
        assert watcher.is_alive()
        assert not beat.missed()
        if ends:
            beat.end()
        watcher.join(timeout=0.2 if ends else 2)
        assert not watcher.is_alive()
        if not ends:
            beat()
            assert beat.missed()  # the lane then shows its verdict again
            assert not beat.missed()
