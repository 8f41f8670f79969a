"""`python3 -m dev synced`: compares every pod with the folder once. Independent of the lane."""

import concurrent.futures
import json
import time
from pathlib import Path

from dev.base import command, paths
from dev.base.environment import environment
from dev.base.failure import Failure
from dev.sync.entries import Listing, difference, some
from dev.sync.folder import Folder
from dev.sync.kubectl import in_pod, kubectl
from dev.sync.pods import Container, container
from dev.sync.stream import Stream
from dev.sync.target import Target

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
            verdicts = list(pool.map(lambda each: verdict(each, paths.ROOT), containers))
            if time.monotonic() > deadline or not any("differ" in text for text in verdicts):
                break
    for each, text in zip(containers, verdicts, strict=True):
        print(f"{each.pod}: {text}")
    return 0 if all(text == "equal" for text in verdicts) else 1


def verdict(container: Container, root: Path) -> str:
    """ "equal", the differing paths, or why they are unknown."""
    if not container.identity:
        return f"not running ({container.trouble})"
    try:
        has = listing(in_pod(container))
    except OSError as error:
        return f"not known: {error}"
    rule = container.rule
    differing = difference(Folder(root / rule.context, list(rule.folders)).scan(), has).paths()
    return f"{some(differing)} differ" if differing else "equal"


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
