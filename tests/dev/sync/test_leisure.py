"""Tests on a save run when they slow down no save."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from dev.sync import leisure
from tests.dev.sync.world import World, until

TICKING = "import sys, time\nwhile True:\n open(sys.argv[1], 'a').write('.')\n time.sleep(0.02)"


@pytest.fixture
def mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> leisure.Mark:
    file = tmp_path / "saving"
    for name in ("saving", "age"):
        monkeypatch.setattr(getattr(leisure, name), "__defaults__", (file,))
    monkeypatch.setattr(leisure, "idle", lambda _: 1.0)
    monkeypatch.setattr(leisure, "QUIET", 0.3)
    return leisure.Mark(file)


def test_a_command_waits_for_the_save_and_then_runs_with_its_exit_code(mark: leisure.Mark) -> None:
    mark.set(saving=True)
    begin = time.monotonic()
    threading.Timer(0.5, lambda: mark.set(saving=False)).start()
    assert leisure.main(["sh", "-c", "exit 3"]) == 3
    assert time.monotonic() - begin > 0.5 + leisure.QUIET


def test_a_command_waits_for_an_idle_cpu(mark: leisure.Mark, monkeypatch: pytest.MonkeyPatch) -> None:
    busy = [0.1, 0.2, 0.9]
    monkeypatch.setattr(leisure, "idle", lambda _: busy.pop(0))
    mark.set(saving=False)
    time.sleep(leisure.QUIET)
    assert leisure.main(["true"]) == 0
    assert busy == []


def test_a_command_is_paused_during_a_save(mark: leisure.Mark, tmp_path: Path) -> None:
    ticks = tmp_path / "ticks"
    time.sleep(leisure.QUIET)
    process = subprocess.Popen([sys.executable, "-c", TICKING, str(ticks)], start_new_session=True)
    runner = threading.Thread(target=leisure._run, args=(process,))
    runner.start()
    until(ticks.exists, lambda: "it does not run")
    mark.set(saving=True)
    time.sleep(0.2)
    size = ticks.stat().st_size
    time.sleep(0.3)
    assert ticks.stat().st_size == size
    mark.set(saving=False)
    until(lambda: ticks.stat().st_size > size, lambda: "it does not go on")
    process.kill()
    runner.join()


def test_a_dead_or_missing_lane_blocks_nothing(mark: leisure.Mark, tmp_path: Path) -> None:
    mark.set(saving=True)
    file = tmp_path / "saving"
    old = time.time() - leisure.FORGOTTEN
    os.utime(file, (old, old))
    assert leisure.main(["true"]) == 0
    file.unlink()
    assert leisure.main(["true"]) == 0


def test_an_idle_share_is_measured() -> None:
    assert 0 <= leisure.idle(0.1) <= 1


def test_the_lane_marks_a_save_in_progress(world: World) -> None:
    world.write("api/app/one.py", "saved")
    world.until_equal()
    until(lambda: world.saving[-2:] == [True, False], lambda: str(world.saving))
