"""A checkout, pods that are folders with their own receivers, and the real lane between them. No cluster."""

import dataclasses
import itertools
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from dev.sync.lane import Lane
from dev.sync.pods import Container
from dev.sync.rules import rules
from dev.sync.stream import receiver
from dev.sync.target import Target

RULES = [rule for rule in rules() if rule.resource in ("api", "ui")]
ROOT = Path(__file__).resolve().parents[3]
NODE = ["node", "-e", (ROOT / "dev/sync/receiver.cjs").read_text()]  # as where there is no Python
RELAY = """
import os, subprocess, sys, threading
pipe, null = subprocess.PIPE, subprocess.DEVNULL
stdin = pipe if sys.argv[1] == "both" else None
receiver = subprocess.Popen(sys.argv[2:], stdin=stdin, stdout=pipe, stderr=null, start_new_session=True)
def copy(source, target):
    while piece := os.read(source, 1 << 16):
        while piece:
            piece = piece[os.write(target, piece):]
if stdin:
    threading.Thread(target=copy, args=(0, receiver.stdin.fileno()), daemon=True).start()
copy(receiver.stdout.fileno(), 1)
os._exit(0)
"""
STREAM = [sys.executable, "-c", RELAY]
"""As `kubectl exec`: it ends with the receiver, which outlives it until its standard input is closed."""
WITHIN = 10.0  # seconds until pods equal the folder
KEPT_OUT = {
    "api": re.compile(r"\.env.*|__pycache__|.*\.pyc|.*~|.*\.md"),
    "ui": re.compile(r"\.env.*|__pycache__|.*\.pyc|.*~"),
}


class World:
    """Two backend pods and one frontend pod that follow `root`."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "checkout"
        self.base = folder / "pods"
        self._numbers = itertools.count(1)
        self._make_checkout()
        self.lines: list[str] = []
        self.saving: list[bool] = []
        self.pods: list[Container] = []
        self.lane = self.start_lane()
        for rule in (RULES[0], RULES[0], RULES[1]):
            self.add_pod(rule.resource)

    # --- the checkout

    def git(self, *arguments: str) -> None:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
        subprocess.run(["git", "-C", str(self.root), *identity, *arguments], check=True, capture_output=True)

    def _make_checkout(self) -> None:
        for rule in RULES:
            (self.root / rule.context).mkdir(parents=True)
            shutil.copy(ROOT / rule.context / ".dockerignore", self.root / rule.context)
            for folder in rule.folders:
                self.write(f"{rule.context}/{folder}/one.py", "1")
                self.write(f"{rule.context}/{folder}/deep/er/two.py", "2")
        self.git("init", "-qb", "main")
        self.git("add", "-A")
        self.git("commit", "-qm", "one")
        self.git("switch", "-qc", "other")
        for number in range(60):
            self.write(f"api/app/branch/b{number}.py", f"B = {number}")
        self.write("api/app/one.py", "other")
        self.git("rm", "-qr", "ui/src/deep")
        self.git("add", "-A")
        self.git("commit", "-qm", "two")
        self.git("switch", "-q", "main")

    def write(self, name: str, text: str) -> Path:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    # --- the lane

    def start_lane(self, *, read_only: bool = False) -> Lane:
        def target(pod: Container) -> Target:
            found = self._target(pod)
            return dataclasses.replace(found, tilt="", reloader="", read_only=True) if read_only else found

        lane = Lane(self.root, target, self.lines.append, saving=self.saving.append)
        threading.Thread(target=lane.run, daemon=True).start()
        return lane

    def restart_lane(self, *, read_only: bool = False) -> None:
        self.lane.stop()
        self.lane = self.start_lane(read_only=read_only)
        self.lane.on_containers(self.pods)

    # --- pods

    def _target(self, pod: Container) -> Target:
        folders = {name: str(self.place(pod) / name) for name in pod.rule.folders}
        command = ["both", *receiver()] if pod.rule.resource == "api" else ["reports", *NODE]
        return Target(
            pod.pod, [*STREAM, *command], folders, self.tilt(pod), str(self.place(pod) / "reload.sock")
        )

    def place(self, pod: Container) -> Path:
        """The place of a pod's folders. A restarted container begins with a fresh copy of its image."""
        return self.base / f"{pod.pod}-{pod.identity}"

    def tilt(self, pod: Container) -> str:
        """The link through which Tilt copies files into a pod."""
        return str(self.place(pod) / "tilt")

    def tilt_copies(self, pod: Container, name: str, text: str) -> None:
        """Copy like Tilt's tar: create missing folders and a new file."""
        file = Path(self.tilt(pod)) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_text(text)

    def add_pod(self, resource: str, *, image: bool = False) -> Container:
        rule = next(rule for rule in RULES if rule.resource == resource)
        number = next(self._numbers)
        return self._put(Container(rule, "main", f"{resource}-{number}", str(number), "1"), image=image)

    def _put(self, pod: Container, *, image: bool) -> Container:
        self.place(pod).mkdir(parents=True)
        Path(self.tilt(pod)).symlink_to(self.place(pod))
        if image:  # the folder when the image was built: here, the first commit
            archive = ["git", "-C", str(self.root), "archive", "main", pod.rule.context]
            packed = subprocess.run(archive, check=True, capture_output=True).stdout
            unpack = ["tar", "-x", "--strip-components=1", "-C", str(self.place(pod))]
            subprocess.run(unpack, input=packed, check=True)
        self.pods.append(pod)
        self.lane.on_containers(list(self.pods))
        return pod

    def delete_pod(self, pod: Container) -> None:
        self.pods.remove(pod)
        self.lane.on_containers(list(self.pods))
        self.add_pod(pod.rule.resource, image=True)

    def restart_container(self, pod: Container) -> None:
        self.pods.remove(pod)
        self._put(Container(pod.rule, pod.name, pod.pod, pod.uid, str(int(pod.identity) + 1)), image=True)

    def receiver(self, pod: Container) -> int:
        """The process of a pod's current receiver."""
        until(lambda: os.readlink(self.tilt(pod)) != str(self.place(pod)), lambda: "it is not led aside")
        return int(os.readlink(self.tilt(pod)).rpartition("-")[2])

    def break_stream(self, pod: Container) -> None:
        for follower in self.lane.followers():
            if follower.target.name == pod.pod and follower.pid:
                os.killpg(follower.pid, signal.SIGKILL)

    # --- the comparison, independent of the lane's

    def wrong(self) -> list[str]:
        """The differences between the folder and the pods."""
        found: list[str] = []
        for pod in self.pods:
            for name in pod.rule.folders:
                wants = tree(self.root / pod.rule.context / name, KEPT_OUT[pod.rule.context])
                has = tree(self.place(pod) / name)
                different = {path for path, _ in wants.items() ^ has.items()}
                found += [f"{pod.pod}: {name}/{path}" for path in sorted(different)]
        return found

    def until_equal(self) -> None:
        until(lambda: not self.wrong(), lambda: f"{self.wrong()[:5]}\n" + "\n".join(self.lines[-10:]))


def tree(top: Path, but: re.Pattern[str] | None = None) -> dict[str, object]:
    """Content, mode and links of everything below a folder, except these names."""
    found: dict[str, object] = {}
    for folder, folders, files in os.walk(top):
        if but:
            folders[:] = [name for name in folders if not but.fullmatch(name)]
            files[:] = [name for name in files if not but.fullmatch(name)]
        for name in (*folders, *files):
            path = Path(folder, name)
            try:
                if path.is_symlink():
                    found[str(path.relative_to(top))] = os.readlink(path)
                elif path.is_dir():
                    found[str(path.relative_to(top))] = "folder"
                else:
                    found[str(path.relative_to(top))] = path.read_bytes(), path.stat().st_mode
            except FileNotFoundError:
                continue
    return found


def until(check: Callable[[], object], why: Callable[[], str], within: float = WITHIN) -> None:
    deadline = time.monotonic() + within
    while not check():
        assert time.monotonic() < deadline, f"not within {within:.0f} s: {why()}"
        time.sleep(0.02)


# --- events of a day. Each takes the world and its own random numbers.

NAMES = [
    "one.py",
    "three.py",
    "with space.py",
    "ünïcode.py",
    "Case.py",
    "case.py",
    "deep/er/two.py",
    "pk/x.py",
]


def _room(file: Path) -> Path:
    """Create the file's folder too, even if a file has that name."""
    if file.parent.is_file():
        file.parent.unlink()
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def _file(world: World, dice: random.Random) -> Path:
    return world.root / dice.choice(["api/app", "ui/src", "ui/public"]) / dice.choice(NAMES)


def _top(world: World, dice: random.Random) -> Path:
    return world.root / dice.choice(["api/app", "ui/src"])


def edit(world: World, dice: random.Random) -> None:
    file = _room(_file(world, dice))
    file.write_text(f"# {dice.random()}")


def replace(world: World, dice: random.Random) -> None:
    """Save like careful editors: write a new file, then rename it."""
    file = _room(_file(world, dice))
    beside = file.with_name(file.name + "~")
    beside.write_text(f"# {dice.random()}")
    beside.rename(file)


def delete(world: World, dice: random.Random) -> None:
    if (file := _file(world, dice)).exists():
        file.unlink()


def rename(world: World, dice: random.Random) -> None:
    old, new = _file(world, dice), _file(world, dice)
    if old.exists():
        old.rename(_room(new))


def change_mode(world: World, dice: random.Random) -> None:
    file = _file(world, dice)
    if file.exists():
        file.chmod(dice.choice([0o755, 0o644]))


def link(world: World, dice: random.Random) -> None:
    place = _top(world, dice) / "link"
    place.unlink(missing_ok=True)
    place.symlink_to(dice.choice(["one.py", "deep", "nowhere"]))


def folder_in(world: World, dice: random.Random) -> None:
    """Move a folder in with its whole content, including credentials and caches."""
    outside = world.root / f"outside-{dice.random()}"
    for name in ("__init__.py", ".env", ".env.local", "__pycache__/x.pyc", "sub/deeper/a.ts", "notes.md"):
        (outside / name).parent.mkdir(parents=True, exist_ok=True)
        (outside / name).write_text(f"canary {dice.random()}")
    target = _top(world, dice) / "moved"
    shutil.rmtree(target, ignore_errors=True)
    outside.rename(target)


def folder_out(world: World, dice: random.Random) -> None:
    for name in ("moved", "deep"):
        if (source := _top(world, dice) / name).is_dir():
            source.rename(world.root / f"gone-{dice.random()}")


def folder_becomes_file(world: World, dice: random.Random) -> None:
    place = _top(world, dice) / "pk"
    if place.is_dir():
        shutil.rmtree(place)
        place.write_text("a file now")
    else:
        place.unlink(missing_ok=True)
        place.mkdir()


def checkout(world: World, dice: random.Random) -> None:
    world.git("checkout", "-qf", dice.choice(["main", "other"]))
    world.git("clean", "-fdqx", "api/app", "ui/src", "ui/public")


def two_saves_and_an_older_copy(world: World, dice: random.Random) -> None:
    """Tilt copies the first save after the second has arrived."""
    file = world.root / "api/app/one.py"
    file.write_text("first")
    time.sleep(dice.uniform(0.02, 0.1))
    file.write_text(f"second {dice.random()}")
    time.sleep(dice.uniform(0, 0.1))
    for pod in world.pods:
        if pod.rule.resource == "api":
            world.tilt_copies(pod, "app/one.py", "first")


def large_and_small(world: World, dice: random.Random) -> None:
    (world.root / "ui/public/large.bin").write_bytes(dice.randbytes(1_500_000))
    edit(world, dice)


def slow_writer(world: World, dice: random.Random) -> None:
    with (world.root / "api/app/slow.py").open("w") as file:
        for _ in range(5):
            file.write("x = 1\n" * 500)
            file.flush()
            time.sleep(0.02)


def replace_pod(world: World, dice: random.Random) -> None:
    world.delete_pod(dice.choice(world.pods))


def restart_container(world: World, dice: random.Random) -> None:
    world.restart_container(dice.choice(world.pods))


def break_stream(world: World, dice: random.Random) -> None:
    world.break_stream(dice.choice(world.pods))


def restart_lane(world: World, dice: random.Random) -> None:
    """Restart it, with a change discarded while it is down."""
    world.lane.stop()
    edit(world, dice)
    delete(world, dice)
    world.restart_lane()


def write_in_pod(world: World, dice: random.Random) -> None:
    pod = dice.choice(world.pods)
    place = world.place(pod) / next(iter(pod.rule.folders))
    if place.is_dir():
        (place / dice.choice([".env", "foreign.py"])).write_text("not from the folder")


EVENTS = (
    edit,
    edit,
    edit,
    replace,
    replace,
    delete,
    rename,
    rename,
    change_mode,
    link,
    folder_in,
    folder_in,
    folder_out,
    folder_becomes_file,
    checkout,
    checkout,
    two_saves_and_an_older_copy,
    large_and_small,
    slow_writer,
    replace_pod,
    restart_container,
    break_stream,
    restart_lane,
    write_in_pod,
)
