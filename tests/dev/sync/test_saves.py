"""The effect of a save on the pods: all simultaneously, only whole files, and nothing twice."""

import os
import re
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.dev.sync.world import World, until


def place(world: World, pod: int, name: str) -> Path:
    return world.place(world.pods[pod]) / name


def test_a_save_is_a_line_with_the_number_of_pods_and_the_time(world: World) -> None:
    world.write("api/app/one.py", "saved")
    world.until_equal()
    until(
        lambda: any(line.startswith("app/one.py → 2 pods, ") for line in world.lines),
        lambda: str(world.lines),
    )
    assert sum("one.py" in line for line in world.lines if "connected" not in line) == 1


class Server:
    """The part of a development server to which saves are announced."""

    def __init__(self, place: Path, state: str) -> None:
        self.held: list[bool] = []
        """Whether each save's file was there before it was announced as complete."""
        self._place, self._state = place, state
        self._listener = socket.create_server(str(place), family=socket.AF_UNIX)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection = self._listener.accept()[0]
            assert connection.recv(6) == b"begin\n"
            assert connection.recv(4) == b"end\n"
            self.held.append((self._place.parent / "app/new.py").exists())
            time.sleep(0.1)  # its reload
            connection.send(f"{self._state}\n".encode())
            connection.close()


@pytest.mark.parametrize(("state", "word"), [("ready", "answered"), ("failed", "fails")])
def test_the_line_reports_when_the_new_code_answers(world: World, state: str, word: str) -> None:
    servers = [Server(world.place(world.pods[number]) / "reload.sock", state) for number in (0, 1)]
    world.write("api/app/new.py", "saved")
    pattern = re.compile(rf"app/new\.py → 2 pods, \d+ ms, {word} after 0\.[1-9]\d s")
    until(lambda: any(pattern.fullmatch(line) for line in world.lines), lambda: str(world.lines))
    assert [server.held for server in servers] == [[True], [True]]


def test_saving_the_same_bytes_again_touches_nothing_in_the_pods(world: World) -> None:
    """A reloader would take a touched file for a save."""
    copy = place(world, 0, "app/one.py")
    before = copy.stat()
    (world.root / "api/app/one.py").write_text("1")  # its content
    (world.root / "api/app/one.py").touch()
    world.write("api/app/later.py", "has arrived, so the other has too")
    world.until_equal()
    assert copy.stat() == before


def test_an_older_copy_never_wins(world: World) -> None:
    """Tilt packs the first save 0.2 s later, when the second has arrived. 50 pairs, 0 to 100 ms apart."""
    target = place(world, 0, "app/one.py")
    for number in range(50):
        world.write("api/app/one.py", f"first {number}")
        time.sleep(number * 0.002)
        world.write("api/app/one.py", f"second {number}")
        until(holds(target, f"second {number}"), target.read_text)
        time.sleep(number % 5 * 0.03)
        target.unlink()  # as tar does
        target.write_text(f"first {number}")
        until(holds(target, f"second {number}"), target.read_text, within=1)
    assert any("put right: another program had written there" in line for line in world.lines)


def holds(file: Path, text: str) -> Callable[[], bool]:
    return lambda: read(file) == text


def read(file: Path) -> str:
    return file.read_text() if file.exists() else ""


def test_no_one_sees_a_partial_file(world: World) -> None:
    target, seen, over = place(world, 0, "app/big.py"), set(), threading.Event()

    def watch() -> None:
        while not over.is_set():
            if text := read(target):
                seen.add((len(text), len(set(text))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    for digit in "123456789":
        world.write("api/app/big.py", digit * 200_000)
        world.until_equal()
    over.set()
    watcher.join()
    assert seen == {(200_000, 1)}


@pytest.mark.parametrize("number", [0, 2], ids=["python", "node"])
def test_tilts_copies_are_seen_only_without_the_lane(world: World, number: int) -> None:
    """They are late and may be old, and a folder is packed with its whole content."""
    pod = world.pods[number]
    folder = next(iter(pod.rule.folders))
    file, credentials = world.place(pod) / folder / "one.py", world.place(pod) / folder / "pk/.env"
    assert world.receiver(pod)
    before = file.stat()
    world.tilt_copies(pod, f"{folder}/one.py", "older")
    world.tilt_copies(pod, f"{folder}/pk/.env", "canary")
    assert file.stat() == before
    assert not credentials.parent.exists()
    aside = world.place(pod) / os.readlink(world.tilt(pod)) / folder / "pk/.env"
    until(lambda: not aside.exists(), lambda: "credentials stay in the pod")
    world.lane.stop()
    until(lambda: os.readlink(world.tilt(pod)) == str(world.place(pod)), lambda: "Tilt's way is blocked")
    world.tilt_copies(pod, f"{folder}/one.py", "saved while the lane is down")
    assert file.read_text() == "saved while the lane is down"
    until(lambda: not list(world.place(pod).glob("*aside*")), lambda: "Tilt's copies stay in the pod")


def test_a_killed_receiver_leaves_tilts_link_to_the_next_one(world: World) -> None:
    pod = world.pods[0]
    os.kill(world.receiver(pod), signal.SIGKILL)
    world.write("api/app/one.py", "saved")
    world.until_equal()
    world.lane.stop()
    until(lambda: os.readlink(world.tilt(pod)) == str(world.place(pod)), lambda: "Tilt's way is blocked")


def test_a_switch_of_the_branch_is_one_transaction(world: World) -> None:
    world.git("checkout", "-q", "other")
    world.until_equal()
    lines = [line for line in world.lines if "app/branch" in line]
    assert len(lines) == 1
    assert "and 5" in lines[0]  # the first names and the number of the others
    assert lines[0].partition(" → ")[2].startswith("2 pods")


def test_changes_discarded_while_the_lane_is_down_leave_the_pods(world: World) -> None:
    experiment = world.write("api/app/experiment.py", "x")
    world.write("api/app/one.py", "experiment")
    world.until_equal()
    world.lane.stop()
    experiment.unlink()
    world.git("checkout", "-q", "api/app/one.py")
    assert place(world, 0, "app/experiment.py").exists()
    world.restart_lane()
    world.until_equal()
    assert not place(world, 0, "app/experiment.py").exists()


def test_a_folder_moved_in_leaves_its_credentials_outside(world: World, tmp_path: Path) -> None:
    outside = tmp_path / "pk"
    for name in (".env", "__init__.py", "__pycache__/x.pyc"):
        (outside / name).parent.mkdir(parents=True, exist_ok=True)
        (outside / name).write_text("canary")
    shutil.copytree(outside, place(world, 0, "app/pk"))  # Tilt's live update packs all of it
    outside.rename(world.root / "api/app/pk")
    world.until_equal()
    assert [path.name for path in place(world, 0, "app/pk").iterdir()] == ["__init__.py"]
    assert [path.name for path in place(world, 1, "app/pk").iterdir()] == ["__init__.py"]


def test_a_large_file_does_not_delay_small_ones(world: World) -> None:
    with (world.root / "ui/public/large.bin").open("wb") as file:
        file.truncate(100_000_000)
    pod = world.place(world.pods[2])
    until(lambda: list(pod.glob(".sync-*/large-*")), lambda: "no piece has arrived")
    world.write("ui/src/small.ts", "small")
    world.until_equal()
    small, large = pod / "src/small.ts", pod / "public/large.bin"
    assert small.stat().st_ctime < large.stat().st_ctime


def test_a_stuck_stream_does_not_delay_other_pods(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dev.sync.follower.SILENCE", 2.0)
    (stuck,) = [each for each in world.lane.followers() if each.target.name == world.pods[0].pod]
    frozen = world.receiver(world.pods[0])
    os.killpg(stuck.pid, signal.SIGSTOP)
    os.kill(frozen, signal.SIGSTOP)
    world.write("api/app/one.py", "x" * 200_000)  # more than a pipe holds
    until(lambda: len(read(place(world, 1, "app/one.py"))) == 200_000, lambda: "the other waits", within=1.5)
    world.until_equal()  # and the stuck one has a new stream by now
    os.kill(frozen, signal.SIGKILL)
