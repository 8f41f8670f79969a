"""Prints each trouble once, in the log of the resource that it is about, where a developer looks first."""

import itertools
import json
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from dev.base import stack
from dev.sync.trouble import Object, Trouble

PAUSE = 5.0  # seconds between two queries; each costs about 0.1 s of CPU
OVER = 60.0  # seconds until an absent trouble is over; a crash loop runs for a moment now and then
KINDS = "deployments,pods"
TILTS = "app.kubernetes.io/managed-by=tilt"  # Tilt puts it on every object, including pod templates


class Report:
    """`find` asks the cluster and Tilt; `say` prints a line in a resource's log, False if it could not."""

    def __init__(
        self,
        find: Callable[[], Iterable[Trouble]],
        say: Callable[[str, str], bool],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._find = find
        self._say = say
        self._now = now
        self._seen: dict[Trouble, float] = {}
        self._asked = float("-inf")

    def look(self) -> None:
        """Call it about every second."""
        now = self._now()
        if now - self._asked < PAUSE:
            return
        self._asked = now
        self._seen = {trouble: at for trouble, at in self._seen.items() if now - at < OVER}
        for trouble in self._find():
            if trouble in self._seen or self._say(trouble.resource, trouble.line()):
                self._seen[trouble] = now


def listed(kubectl: Sequence[str], environment: Mapping[str, str]) -> list[Object]:
    """Deployments and pods of this stack that Tilt deployed; none if the cluster does not answer."""
    words = ["--all-namespaces", f"--selector={TILTS}", "--request-timeout=5s", "--output=json"]
    asked = subprocess.run(
        [*kubectl, "get", KINDS, *words], env=environment, capture_output=True, text=True, check=False
    )
    items: list[Object] = json.loads(asked.stdout)["items"] if asked.returncode == 0 else []
    where = stack.current()
    return [each for each in items if each["metadata"]["namespace"] in (where.namespace, where.standins)]


class Log:
    """The log of a resource. The only way to write there is a command of Tilt's API whose output belongs to it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._numbers = itertools.count()

    def say(self, resource: str, line: str) -> bool:
        name = f"{resource}-trouble"
        about = {"tilt.dev/resource": resource, "tilt.dev/log-span-id": f"cmd:{name}"}
        number = f"{time.time():.0f}-{next(self._numbers)}"  # the same line is printed again
        command = {
            "apiVersion": "tilt.dev/v1alpha1",
            "kind": "Cmd",
            "metadata": {"name": name, "annotations": about},
            "spec": {"args": ["printenv", "TROUBLE"], "env": [f"TROUBLE={line}", f"NUMBER={number}"]},
        }
        asked = subprocess.run(
            ["tilt", "apply", "--filename=-"],
            input=json.dumps(command),
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return asked.returncode == 0
