"""`python3 -m dev synced`: compares every pod with the folder once. Independent of the lane."""

import concurrent.futures
import json
import time
from pathlib import Path

from dev.base import command, paths
from dev.base.environment import environment
from dev.base.failure import Failure
from dev.sync.entries import Listing, difference
from dev.sync.folder import Folder
from dev.sync.kubectl import in_pod, kubectl
from dev.sync.pods import Container, container
from dev.sync.stream import Stream
from dev.sync.target import Target
from dev.sync.verdict import State, Verdict

ON_ITS_WAY = 3.0  # seconds; a shorter difference is a save in progress


def main() -> int:
    """Compare every pod with the folder: a line per pod, exit code 1 if one differs."""
    answer = command.output([*kubectl(), "get", "pods", "-o", "json"], env=environment())
    containers = [found for pod in json.loads(answer)["items"] if (found := container(pod))]
    if not containers:
        raise Failure("no pods of the application are there", "make up")
    deadline = time.monotonic() + ON_ITS_WAY
    with concurrent.futures.ThreadPoolExecutor() as pool:
        while True:
            verdicts = list(pool.map(lambda each: compare(each, paths.ROOT), containers))
            if time.monotonic() > deadline or all(each.state is not State.DIFFERENT for each in verdicts):
                break
    for each, verdict in zip(containers, verdicts, strict=True):
        print(f"{each.pod}: {verdict}")
    return 0 if all(each.state is State.EQUAL for each in verdicts) else 1


def compare(container: Container, root: Path) -> Verdict:
    if not container.identity:
        return Verdict.unknown(f"not running ({container.trouble})")
    try:
        has = listing(in_pod(container))
    except OSError as error:
        return Verdict.unknown(f"not known: {error}")
    rule = container.rule
    differing = difference(Folder(root / rule.context, list(rule.folders)).scan(), has).paths()
    return Verdict.of(differing)


def listing(target: Target) -> Listing:
    """The listing of a container. Raises OSError."""
    stream = Stream(target.command, target.environment)
    try:
        stream.send({"folders": dict(target.folders), "once": True})
        report = next(stream.reports(), None)
    finally:
        words = stream.close()
    if report is None:
        raise OSError(words or "the receiver did not start")
    return dict(report["now"])
