"""`python3 -m dev sync` and `compare`: the fast lane as Tilt runs it, with or without copying. A log line per save."""

import json
import os
import subprocess
import threading
import time
from pathlib import Path

from dev.base import paths
from dev.base.environment import environment
from dev.base.failure import Failure
from dev.sync import builds, keep, leisure
from dev.sync.beat import Beat
from dev.sync.heal import Heal
from dev.sync.kubectl import compared, in_pod, kubectl
from dev.sync.lane import Lane
from dev.sync.outside import Outside
from dev.sync.pods import Pods
from dev.sync.report import Log, Report, listed
from dev.sync.row import HELD, Row
from dev.sync.rules import rules
from dev.sync.saves import Times
from dev.sync.trouble import Trouble, troubles

CHECK = 1.0  # seconds
COPIED = 4.0  # seconds that Tilt and the next scan of a pod may take to show a save there
UNDISTURBED = 2.0  # seconds that a save has the CPU for itself


def main() -> int:
    """Push every save into all pods, and keep them equal to the folder."""
    return _keep(copies=True)


def compare() -> int:
    """Leave the copying to Tilt, as SYNC=tilt does, and show on the dashboard whether pods equal the folder."""
    _say("SYNC=tilt: Tilt copies each save; this compares the pods with the folder")
    return _keep(copies=False)


def _keep(*, copies: bool) -> int:
    if not paths.KUBECONFIG.exists():
        raise Failure("there is no cluster to sync with", "make up")
    return keep.running(lambda: _run(copies=copies))


def _run(*, copies: bool) -> int:
    mark = leisure.Mark()
    beat = Beat()
    target = in_pod if copies else compared
    lane = Lane(paths.ROOT, target, _say, _record, lambda now: mark.set(saving=now), beat)
    pods = Pods(kubectl(), environment(), lane.on_containers)
    pods.start()
    heal = Heal(paths.ROOT, _trigger, _say) if copies else None
    row = Row(lambda: _trigger("synced"), held=HELD if copies else COPIED)
    threading.Thread(target=_attend, args=(lane, beat, heal, row), daemon=True).start()
    try:
        lane.run()
    finally:
        beat.end()
        lane.stop()
        pods.stop()
    return 0


def _attend(lane: Lane, beat: Beat, heal: Heal | None, row: Row) -> None:
    """The checks of every second. They do not delay a save."""
    outside = Outside(paths.ROOT, rules(), _say)
    of_builds = builds.Builds(
        lambda: builds.listed(environment()), lambda name: builds.log_of(name, environment())
    )

    def find() -> list[Trouble]:
        return [*of_builds.troubles(), *troubles(listed(kubectl(), environment()))]

    report = Report(find, Log(environment()).say)
    while True:
        time.sleep(CHECK)
        if heal:
            heal.look(lane.containers)
        outside.look()
        if leisure.age() > UNDISTURBED:
            report.look()
        if beat.missed():
            row.forget()
        row.look(lane.verdicts())


def _trigger(resource: str) -> bool:
    """Ask Tilt to run or build a resource; False if it could not be asked."""
    asked = subprocess.run(["tilt", "trigger", resource], env=environment(), capture_output=True, check=False)
    return asked.returncode == 0


def _record(times: Times) -> None:
    """For `make bench`: a line of JSON per save in the file that SYNC_TIMES names."""
    if file := os.environ.get("SYNC_TIMES"):
        with Path(file).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(times) + "\n")


def _say(text: str) -> None:
    print(text, flush=True)
