"""Every pod equals the folder after any sequence of events, on the real cluster, next to Tilt's live update."""

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import day as days
from tests.e2e.day import FOLDERS, OFTEN, SELDOM, Day
from tests.support import world
from tests.support.waiting import until

STEPS = int(os.environ.get("SYNC_STEPS", "50"))
PAIRS = int(os.environ.get("SYNC_PAIRS", "12"))
WITHIN = 10.0  # seconds until pods equal the folder once they run
REPLACED = 120.0  # seconds until a new pod runs


@pytest.fixture(scope="module")
def day(tilt: world.Tilt, checkout: Path) -> Iterator[Day]:
    """The checkout as a git repository with two branches, 200 files apart."""
    today = Day(checkout, tilt)
    tilt.restart(SYNC="lane")
    today.git("init", "-qb", "one")
    today.git("add", "-A")
    today.git("commit", "-qm", "one")
    today.git("switch", "-qc", "two")
    for number in range(100):
        for name in (f"api/app/branch/b{number}.py", f"ui/src/features/branch/b{number}.ts"):
            (checkout / name).parent.mkdir(exist_ok=True)
            (checkout / name).write_text("\n")
    today.git("add", "-A")
    today.git("commit", "-qm", "two")
    today.git("switch", "-q", "one")
    equal(today)
    yield today
    today.git("checkout", "-qf", "one")
    today.git("clean", "-fdq", "api/app", "ui/src", "ui/public")
    equal(today)
    shutil.rmtree(checkout / ".git")
    tilt.restart()


def equal(day: Day, within: float = REPLACED) -> float:
    """Seconds until every pod equals the folder. At most `within` of them while all pods run."""
    begin = well_since = time.monotonic()
    while differs := day.wrong():
        now = time.monotonic()
        if not all(world.ready(pod) for app in FOLDERS for pod in world.pods(app)):
            well_since = now
        assert now - well_since < within, differs[:8]
        assert now - begin < REPLACED, differs[:8]
    return time.monotonic() - begin


def synced(checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dev", "synced"], cwd=checkout, env=world.ENVIRONMENT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def test_synced_prints_a_line_per_pod(day: Day) -> None:
    said = synced(day.checkout)
    assert said.returncode == 0, said.stdout + said.stderr
    lines = said.stdout.splitlines()
    assert len(lines) == 4
    assert all(line.endswith(": equal") for line in lines)


def test_a_switch_of_200_files_is_one_reload(day: Day) -> None:
    pods = [pod["metadata"]["name"] for pod in world.pods("todo-backend")]
    before = {pod: world.kubectl("logs", pod, "-c", "backend").count("reloaded in") for pod in pods}
    day.git("checkout", "-q", "two")
    took = equal(day, WITHIN)
    print(f"\ncheckout of 200 files: {took:.1f} s until all pods equal the folder, the comparison included")
    time.sleep(3)  # Tilt has copied the same files by now
    after = {pod: world.kubectl("logs", pod, "-c", "backend").count("reloaded in") for pod in pods}
    reloads = {pod: after[pod] - before[pod] for pod in pods}
    print(f"reloads: {list(reloads.values())}")
    assert set(reloads.values()) == {1}
    day.git("checkout", "-q", "one")
    equal(day, WITHIN)


WATCH = """
import time
seen, end = None, time.monotonic() + {seconds}
while time.monotonic() < end:
    try:
        now = open("/app/app/quick.py").read()
    except FileNotFoundError:
        now = None
    if now != seen and now is not None:
        print(now, end="", flush=True)
    seen = now
    time.sleep(0.004)
"""


def test_an_older_save_never_replaces_a_newer_one(day: Day) -> None:
    """Two saves 50 to 400 ms apart: Tilt's copy of the first is written after the lane's copy of the second."""
    file = day.checkout / "api/app/quick.py"
    program = WATCH.format(seconds=PAIRS * 1.6 + 10)
    watchers = [
        subprocess.Popen(
            ["kubectl", "exec", pod["metadata"]["name"], "-c", "backend", "--", "python", "-c", program],
            env=world.ENVIRONMENT, stdout=subprocess.PIPE, text=True,
        )
        for pod in world.pods("todo-backend")
    ]  # fmt: skip
    for number in range(PAIRS):
        file.write_text(f"# {2 * number}\n")
        time.sleep(0.05 + 0.35 * number / max(1, PAIRS - 1))
        file.write_text(f"# {2 * number + 1}\n")
        time.sleep(0.5 + (number % 4) * 0.2)  # before, during and after Tilt's copy
    equal(day, WITHIN)
    for watcher in watchers:
        seen = [int(line.removeprefix("# ")) for line in watcher.communicate()[0].splitlines()]
        print(f"\n{len(seen)} of {2 * PAIRS} saves seen")
        assert seen == sorted(set(seen))
        assert seen[-1] == 2 * PAIRS - 1
    file.unlink()
    equal(day, WITHIN)


def test_live_update_is_the_way_while_the_lane_is_down(day: Day) -> None:
    """The pods then serve its copies. Once the lane is back, it sets them aside again."""
    file = day.checkout / "api/app/quick.py"

    def order(what: str) -> None:
        subprocess.run(
            ["tilt", what, "sync"],
            env=day.tilt.environment,
            cwd=day.checkout,
            check=True,
            capture_output=True,
        )

    def leads_to() -> set[str]:
        return {
            world.kubectl(
                "exec", pod["metadata"]["name"], "-c", "backend", "--", "readlink", "/tmp/tilt"
            ).strip()
            for pod in world.pods("todo-backend")
        }

    assert all("aside" in place for place in leads_to())

    def shown() -> str:
        return str(day.tilt.resources()["synced"]["status"].get("runtimeStatus"))

    until(lambda: shown() == "ok", timeout=20, what="green")
    order("disable")
    until(lambda: leads_to() == {"/app"}, timeout=20, what="Tilt's own way")
    until(lambda: shown() == "error", timeout=20, what="red, because no one compares any longer")
    file.write_text("# saved while the lane is down\n")
    equal(day, WITHIN)
    order("enable")
    until(lambda: all("aside" in place for place in leads_to()), timeout=20, what="the lane")
    until(lambda: shown() == "ok", timeout=20, what="green again")
    file.unlink()
    equal(day, WITHIN)


def test_a_folder_moved_in_leaves_its_credentials_outside(day: Day) -> None:
    days.folder_in(day, random.Random(1))
    time.sleep(3)  # Tilt copies the whole folder
    equal(day, WITHIN)
    for pod in world.pods("todo-backend"):
        listed = world.kubectl(
            "exec", pod["metadata"]["name"], "-c", "backend", "--", "ls", "-A", "/app/app/moved"
        )
        assert listed.split() == ["__init__.py", "deeper"]
    days.folder_out(day, random.Random(1))


def test_what_is_thrown_away_while_tilt_is_down_leaves_the_pods(day: Day) -> None:
    main = day.checkout / "api/app/main.py"
    main.write_text(
        main.read_text() + '\n\n@app.get("/yesterday")\ndef yesterday() -> str:\n    return "experiment"\n'
    )
    equal(day, WITHIN)
    day.tilt.stop()
    day.git("checkout", "-q", "api/app/main.py")
    day.tilt.start()
    day.tilt.wait()
    equal(day, 30)


def test_the_fix_of_a_crash_looping_init_container_builds_by_itself(day: Day) -> None:
    """Live update does not reach init containers, and Tilt waits for them."""
    config, requirements = day.checkout / "api/app/core/config.py", day.checkout / "api/requirements.txt"
    good = config.read_text()
    config.write_text(good + "\nX = (\n")
    requirements.write_text(requirements.read_text() + "\n# touched\n")

    def crashes() -> bool:
        states = [pod["status"].get("initContainerStatuses", [{}])[0] for pod in world.pods("todo-backend")]
        return any(state.get("restartCount", 0) > 0 for state in states)

    until(crashes, timeout=180, what="a crash loop")
    config.write_text(good)
    begin = time.monotonic()
    until(lambda: world.two_ready("todo-backend"), timeout=120, pause=1, what="new pods")
    print(f"\na fixed crash loop: new pods ready after {time.monotonic() - begin:.0f} s")
    equal(day)
    day.git("checkout", "-q", "api/requirements.txt")
    time.sleep(5)
    until(lambda: world.two_ready("todo-backend"), timeout=180, pause=1, what="pods with the first image")
    day.tilt.wait()


def test_a_scaled_deployment_and_a_restarted_container_follow(day: Day) -> None:
    """Both start with the image's files, which are older."""
    edit = day.checkout / "api/app/scaled.py"
    edit.write_text("# after the image was built\n")
    equal(day, WITHIN)
    world.kubectl("scale", "deployment/backend-deployment", "--replicas=3")
    until(lambda: len(world.pods("todo-backend")) == 3, timeout=30, what="a third pod")
    equal(day)
    world.kubectl("scale", "deployment/backend-deployment", "--replicas=2")
    days.kill_container(day, random.Random(1))
    equal(day)
    until(lambda: world.two_ready("todo-backend"), timeout=120, pause=1, what="two pods")
    edit.unlink()
    equal(day, WITHIN)


def test_a_node_that_restarts_under_a_running_tilt_is_followed_again(day: Day) -> None:
    """As after a laptop's sleep or an update of Docker. `make up` begins with the same command."""
    subprocess.run(["docker", "restart", "minikube-todo"], check=True, capture_output=True)
    again = subprocess.run(
        [sys.executable, "-m", "dev", "cluster"], cwd=day.checkout, env=world.ENVIRONMENT, check=False
    )
    assert again.returncode == 0
    until(lambda: world.two_ready("todo-backend"), timeout=180, pause=1, what="the pods after the restart")
    begin = time.monotonic()
    (day.checkout / "api/app/restarted.py").write_text("# saved after the restart\n")
    equal(day, 60)
    print(f"\nnode restarted: a save arrived {time.monotonic() - begin:.0f} s after the pods were ready")
    assert day.tilt.process.poll() is None
    (day.checkout / "api/app/restarted.py").unlink()
    equal(day, WITHIN)


def test_pods_equal_the_folder_after_any_sequence(day: Day) -> None:
    seed = int(os.environ.get("SYNC_SEED", random.randrange(10**6)))
    dice, played = random.Random(seed), list[str]()
    for number in range(1, STEPS + 1):
        event = dice.choice(SELDOM) if number % 10 == 0 else dice.choice(OFTEN)
        played.append(event.__name__)
        event(day, random.Random(dice.randrange(10**9)))
        try:
            equal(day, WITHIN)
        except AssertionError as error:
            pytest.fail(f"SYNC_SEED={seed} SYNC_STEPS={number}: {error}\nplayed: {', '.join(played)}")
    print(f"\n{STEPS} events, every pod equal after each (SYNC_SEED={seed})")
    day.tilt.wait()
