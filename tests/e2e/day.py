"""What happens to a checkout and its pods on a developer's day, and a comparison of the two without our own code."""

import concurrent.futures
import hashlib
import os
import random
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import world

FOLDERS = {"todo-backend": ("api", ("app",)), "todo-frontend": ("ui", ("src", "public"))}
KEPT_OUT = re.compile(r"\.env.*|__pycache__|.*\.pyc|.*~|.*\.swp")
LIST = (
    "cd /app && find {0} -mindepth 1 -type d && find {0} -type f -exec sha256sum {{}} + && find {0} -type l"
)


@dataclass
class Day:
    checkout: Path
    tilt: world.Tilt

    def git(self, *arguments: str) -> str:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
        done = subprocess.run(
            ["git", "-C", str(self.checkout), *identity, *arguments],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def wrong(self) -> list[str]:
        """The differences between the folder and each pod, except pods that are being deleted."""
        pods = [(app, pod) for app in FOLDERS for pod in world.pods(app)]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            return [line for lines in pool.map(lambda each: self._compare(*each), pods) for line in lines]

    def _compare(self, app: str, pod: dict[str, Any]) -> list[str]:
        name = pod["metadata"]["name"]
        context, folders = FOLDERS[app]
        where = ["kubectl", "exec", name, "-c", app.removeprefix("todo-")]
        listed = subprocess.run(
            [*where, "--", "sh", "-c", LIST.format(" ".join(folders))],
            env=world.ENVIRONMENT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if listed.returncode:
            return [f"{name}: {listed.stderr.strip()}"]
        has = set(listed.stdout.splitlines())
        wants = {line for folder in folders for line in _lines(self.checkout / context, folder, context)}
        return [f"{name}: {line}" for line in sorted(wants ^ has)]


def _lines(top: Path, folder: str, context: str) -> list[str]:
    """The folder's files, in the format of `LIST`."""
    found = []
    for where, folders, files in os.walk(top / folder):
        folders[:] = [name for name in folders if not KEPT_OUT.fullmatch(name)]
        for path in (Path(where, name) for name in (*folders, *files)):
            short = str(path.relative_to(top))
            if KEPT_OUT.fullmatch(path.name) or (context == "api" and path.suffix == ".md"):
                continue
            if path.is_symlink() or path.is_dir():
                found.append(short)
            else:
                found.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {short}")
    return found


# --- events: each takes the day and its own random numbers


def _file(day: Day, dice: random.Random) -> Path:
    places = ["api/app/day/{}.py", "ui/src/features/day/{}.ts", "ui/public/day/{}.txt"]
    file = day.checkout / dice.choice(places).format(dice.choice("abcd"))
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def edit(day: Day, dice: random.Random) -> None:
    file = _file(day, dice)
    file.write_text(f"{'#' if file.suffix == '.py' else '//'} {dice.random()}\n")


def delete(day: Day, dice: random.Random) -> None:
    _file(day, dice).unlink(missing_ok=True)


def rename(day: Day, dice: random.Random) -> None:
    file = _file(day, dice)
    if file.exists():
        file.rename(file.with_name(f"renamed {dice.randrange(3)}{file.suffix}"))


def folder_in(day: Day, dice: random.Random) -> None:
    outside = day.checkout / ".dev" / "outside"
    shutil.rmtree(outside, ignore_errors=True)
    for name in ("__init__.py", ".env", "__pycache__/x.pyc", "deeper/one.py"):
        (outside / name).parent.mkdir(parents=True, exist_ok=True)
        (outside / name).write_text(f"# {dice.random()}\n")
    target = day.checkout / "api/app/moved"
    shutil.rmtree(target, ignore_errors=True)
    outside.rename(target)


def folder_out(day: Day, dice: random.Random) -> None:
    shutil.rmtree(day.checkout / "api/app/moved", ignore_errors=True)


def switch(day: Day, dice: random.Random) -> None:
    day.git("checkout", "-qf", dice.choice(["one", "two"]))


def two_saves(day: Day, dice: random.Random) -> None:
    for _ in range(2):
        edit(day, random.Random(dice.randrange(3)))


def delete_pod(day: Day, dice: random.Random) -> None:
    pod = dice.choice(world.pods("todo-backend"))["metadata"]["name"]
    world.kubectl("delete", "pod", pod, "--wait=false")


def kill_container(day: Day, dice: random.Random) -> None:
    pod = dice.choice(world.pods("todo-backend"))["metadata"]["name"]
    world.kubectl("exec", pod, "-c", "backend", "--", "sh", "-c", "kill -TERM 1")


def kill_lane(day: Day, dice: random.Random) -> None:
    """Kill the process that holds the streams. Its parent restarts it."""
    found = subprocess.run(
        ["pgrep", "-f", "python3 -m dev sync"], capture_output=True, text=True, check=False
    )
    ours = [
        int(pid)
        for pid in found.stdout.split()
        if Path(f"/proc/{pid}/cwd").resolve() == day.checkout.resolve()
    ]
    os.kill(max(ours), signal.SIGKILL)
    edit(day, dice)


def restart_tilt(day: Day, dice: random.Random) -> None:
    """Restart it, with a save and a deletion while it is down."""
    day.tilt.stop()
    edit(day, dice)
    delete(day, dice)
    day.tilt.start()


Event = Callable[[Day, random.Random], None]
OFTEN: tuple[Event, ...] = (edit, edit, edit, delete, rename, folder_in, folder_out, switch, two_saves)
SELDOM: tuple[Event, ...] = (delete_pod, kill_container, kill_lane, restart_tilt)
