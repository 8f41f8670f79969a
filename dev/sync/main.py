"""`python3 -m dev sync`: the fast lane, as Tilt runs it. Its log has a line per save."""

import json
import os
import subprocess
import threading
import time
from pathlib import Path

from dev.base import paths
from dev.base.environment import environment
from dev.base.failure import Failure
from dev.sync import keep, leisure
from dev.sync.beat import Beat
from dev.sync.heal import Heal
from dev.sync.kubectl import in_pod, kubectl
from dev.sync.lane import Lane
from dev.sync.outside import Outside
from dev.sync.pods import Pods
from dev.sync.report import Log, Report, listed
from dev.sync.row import Row
from dev.sync.rules import rules
from dev.sync.saves import Times

CHECK = 1.0  # seconds
UNDISTURBED = 2.0  # seconds that a save has the CPU for itself


def main() -> int:
    """Push every save into all pods, and keep them equal to the folder."""
    if not paths.KUBECONFIG.exists():
        raise Failure("there is no cluster to sync with", "make up")
    return keep.running(_run)


def _run() -> int:
    mark = leisure.Mark()
    beat = Beat()
    lane = Lane(paths.ROOT, in_pod, _say, _record, lambda now: mark.set(saving=now), beat)
    pods = Pods(kubectl(), environment(), lane.on_containers)
    pods.start()
    threading.Thread(target=_attend, args=(lane, beat), daemon=True).start()
    try:
        lane.run()
    finally:
        beat.end()
        lane.stop()
        pods.stop()
    return 0


def _attend(lane: Lane, beat: Beat) -> None:
    """The checks of every second. They do not delay a save."""
    heal = Heal(paths.ROOT, _trigger, _say)
    outside = Outside(paths.ROOT, rules(), _say)
    report = Report(lambda: listed(kubectl(), environment()), Log(environment()).say)
    row = Row(lambda: _trigger("synced"))
    while True:
        time.sleep(CHECK)
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
