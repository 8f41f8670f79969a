"""The fast lane: scans the folder after each change, and keeps a follower for each running container."""

import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dev.sync.entries import Difference, difference, some
from dev.sync.folder import Folder
from dev.sync.follower import Follower, Listener
from dev.sync.notify import Notify
from dev.sync.pods import Container
from dev.sync.rules import Rule, rules
from dev.sync.saves import Saves, Times
from dev.sync.sending import Wanted
from dev.sync.target import Target
from dev.sync.verdict import Verdict

QUIET = 0.004  # seconds without an event after which a save is complete
LONGEST = 0.05  # seconds that a save may take at most
MANY = 4  # changes; more are a switch of the branch rather than a save
QUIET_MANY = 0.06
LONGEST_MANY = 3.0
FRESH = 5.0  # seconds; an older lock of git belongs to a commit whose message is being written
TICK = 1.0  # seconds between scans without an event


@dataclass
class Side:
    """The folder's side of a rule."""

    rule: Rule
    folder: Folder
    wanted: Wanted


class Lane(Listener):
    """Keeps containers equal to the folders of a checkout. `target` returns how to reach one."""

    def __init__(
        self,
        root: Path,
        target: Callable[[Container], Target],
        say: Callable[[str], None] = print,
        record: Callable[[Times], None] = lambda _: None,
        saving: Callable[[bool], None] = lambda _: None,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self._target = target
        self._beat = beat
        self._say = say
        self._notify = Notify()
        self._saves = Saves(say, record, saving)
        self._lock = threading.Lock()
        self._followers: dict[Container, Follower] = {}
        self._stopped = False
        self.containers: list[Container] = []
        self._sides = [self._side(root, rule) for rule in rules()]
        self._lock_file = _index_lock(root)

    def _side(self, root: Path, rule: Rule) -> Side:
        context = root / rule.context
        folder = Folder(context, list(rule.folders))
        return Side(rule, folder, Wanted(folder.scan(self._notify.watch), 1, context))

    # --- containers

    def on_containers(self, containers: list[Container]) -> None:
        """Follow exactly the running containers."""
        self.containers = containers
        running = {each for each in containers if each.identity}
        with self._lock:
            gone = [self._followers.pop(each) for each in self._followers.keys() - running]
            new = {each: self._follower(each) for each in running - self._followers.keys()}
            self._followers |= new
        for follower in gone:
            follower.stop()
            self._saves.gone(follower.target.name)
        for follower in new.values():
            follower.start()

    def _follower(self, container: Container) -> Follower:
        side = next(side for side in self._sides if side.rule == container.rule)
        return Follower(self._target(container), side.wanted, self)

    def equal(self, follower: Follower, version: int) -> None:
        self._saves.arrived(follower.target.name, version)

    def sent(self, follower: Follower, version: int) -> None:
        self._saves.sent(follower.target.name, version)

    def reloads(self, follower: Follower, version: int, state: str) -> None:
        self._saves.reloads(follower.target.name, version, state)

    def said(self, follower: Follower, text: str) -> None:
        self._say(f"{follower.target.name}: {text}")

    # --- the folder

    def run(self) -> None:
        """Scan after every change, until `stop`."""
        while not self._stopped:
            self._beat()
            changed = self._notify.wait(0.2 if self._notify.busy() else TICK)
            begin = time.monotonic()
            if changed:
                self._settle(QUIET, LONGEST)
            if self._scan(begin, many=False):
                self._settle(QUIET_MANY, LONGEST_MANY)
                while self._git_writes() and time.monotonic() - begin < LONGEST_MANY:
                    self._settle(QUIET_MANY, LONGEST_MANY)
                self._scan(begin, many=True)
            self._saves.tick()
            for follower in self.followers():
                follower.check()

    def stop(self) -> None:
        self._stopped = True
        for follower in self.followers():
            follower.stop()

    def followers(self, rule: Rule | None = None) -> list[Follower]:
        """All, or those of one rule."""
        with self._lock:
            return [each for key, each in self._followers.items() if rule in (None, key.rule)]

    def _settle(self, quiet: float, longest: float) -> None:
        """Wait until nothing happens for a moment."""
        deadline = time.monotonic() + longest
        if not self._notify.events:
            time.sleep(quiet)
        while self._notify.events and self._notify.wait(quiet) and time.monotonic() < deadline:
            pass

    def _git_writes(self) -> bool:
        """Whether git changes the working tree right now."""
        try:
            return time.time() - self._lock_file.stat().st_mtime < FRESH
        except FileNotFoundError:
            return False

    def _scan(self, begin: float, *, many: bool) -> bool:
        """Publish the changes. If there are many and `many` is false, publish nothing and return True."""
        listings = [side.folder.scan(self._notify.watch, self._notify.busy()) for side in self._sides]
        changes = [
            difference(new, side.wanted.listing) for new, side in zip(listings, self._sides, strict=True)
        ]
        total = sum(len(change.paths()) for change in changes)
        if not many and total and (total > MANY or self._git_writes()):
            return True
        for side, listing, change in zip(self._sides, listings, changes, strict=True):
            if not change:
                continue
            side.wanted = Wanted(listing, side.wanted.version + 1, side.wanted.context)
            followers = self.followers(side.rule)
            names = [each.target.name for each in followers if each.connected]
            self._saves.begin(_what(change, listing), side.wanted.version, begin, names)
            for follower in followers:
                follower.want(side.wanted)
        return False

    # --- questions of others

    def verdicts(self) -> dict[str, Verdict]:
        """By pod."""
        with self._lock:
            followers = dict(self._followers)
        found = {}
        for container in self.containers:
            follower = followers.get(container)
            differing = follower.differing() if follower else None
            if differing is None:
                why = container.trouble or (follower.problem if follower else "not running")
                found[container.pod] = Verdict.unknown(why)
            else:
                found[container.pod] = Verdict.of(differing)
        return found


def _what(change: Difference, listing: Mapping[str, str]) -> str:
    """The names in a save, without folders unless there is nothing else."""
    names = [path for path in change.paths() if listing.get(path) != "/"] or change.paths()
    text = some(names)
    return text if any(name in listing for name in names) else f"{text} deleted"


def _index_lock(root: Path) -> Path:
    """The file that git holds while it changes the working tree."""
    asked = subprocess.run(
        ["git", "-C", str(root), "rev-parse", "--path-format=absolute", "--git-path", "index.lock"],
        capture_output=True,
        text=True,
        check=False,
    )
    return Path(asked.stdout.strip() or root / ".git" / "index.lock")
