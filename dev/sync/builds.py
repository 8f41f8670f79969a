"""Why the build of an image failed, and the remedy, from Tilt's history and the builder's output."""

import json
import re
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from dev.base import catalogue
from dev.sync.trouble import Object, Trouble, short

LINES = "300"  # of a resource's log are read; the builder prints the cause last
_BEGIN = re.compile(r"STEP 1/\d+")  # Tilt's first line of a build
_PREFIX = re.compile(
    r"^(?:.*│ )?(?:→ |#\d+ )?(?:\d+\.\d+ )?|\x1b\[[0-9;]*m"
)  # Tilt's columns, BuildKit's clock, colours


@dataclass(frozen=True)
class Cause:
    pattern: str
    reason: str
    remedy: str


CAUSES = (
    # the order matters: a network that does not answer also makes pip find no matching version
    Cause(r"no space left on device", "the node's disk is full", "make doctor, which shows what is short"),
    Cause(
        r"Cannot connect to the Docker daemon|error during connect",
        "the node's Docker engine does not answer",
        "make up",
    ),
    Cause(
        r"dockerfile parse error|unknown instruction|Unknown flag|unknown flag",
        "the Dockerfile has a mistake",
        "fix the instruction that the message names; its lines are counted without comments",
    ),
    Cause(
        r"failed to resolve source metadata|pull access denied|manifest unknown|manifest for .* not found"
        r"|Get .http\S*/v2/",
        "the base image is missing and its registry does not give it",
        "make up, which brings the base images; then check the network and the name in FROM",
    ),
    Cause(
        r"COPY failed|ADD failed|failed to compute cache key|failed to calculate checksum",
        "a file that the Dockerfile copies is missing",
        "restore it, or let .dockerignore admit it",
    ),
    Cause(
        r"DO NOT MATCH THE HASHES",
        "a downloaded Python package is not the one that is pinned",
        "make lock, if you changed a version; otherwise do not install it",
    ),
    Cause(
        r"--require-hashes mode",
        "a Python package is not pinned with its hash",
        "name it in requirements.in, then make lock",
    ),
    Cause(
        r"EUSAGE|can only install packages when your package.json",
        "package.json and package-lock.json disagree",
        "npm install --package-lock-only, in ui/",
    ),
    Cause(
        r"EINTEGRITY",
        "a downloaded npm package is not the one that is pinned",
        "npm install --package-lock-only, in ui/, if you changed a version; otherwise do not install it",
    ),
    Cause(
        r"name resolution|NewConnectionError|No route to host|Network is unreachable|Read timed out|ENOTFOUND|EAI_AGAIN"
        r"|ECONNREFUSED|ECONNRESET|ETIMEDOUT|Could not connect|no such host|i/o timeout",
        "the package index cannot be reached",
        "check the network and the proxy, then press the resource's trigger",
    ),
    Cause(
        r"No matching distribution|ETARGET|E404|notarget",
        "the package index has no such version",
        "correct the version that the message names",
    ),
    Cause(r"exit code: 137|code: 137|\bKilled\b", "the build ran out of memory", "make doctor"),
)


class Builds:
    """`list_resources` returns Tilt's resources; `read_log` the log of one."""

    def __init__(
        self, list_resources: Callable[[], Iterable[Object]], read_log: Callable[[str], str]
    ) -> None:
        self._list = list_resources
        self._read = read_log
        self._known: dict[str, Trouble] = {}

    def troubles(self) -> list[Trouble]:
        """One for each service whose last build failed. Reads a log once per failure."""
        found = []
        for each in self._list():
            resource = str(each["metadata"]["name"])
            history = each.get("status", {}).get("buildHistory") or [{}]
            error, build = history[0].get("error", ""), history[0].get("startTime", "")
            if resource not in catalogue.services() or not error:
                self._known.pop(resource, None)
                continue
            if resource not in self._known or self._known[resource].build != build:
                self._known[resource] = explain(resource, build, error, self._read(resource))
            found.append(self._known[resource])
        return found


def explain(resource: str, build: str, error: str, log: str) -> Trouble:
    """The cause of a failed build, according to Tilt's error and the log's lines since the build began."""
    last = _BEGIN.split(log)[-1]
    lines = [_PREFIX.sub("", line).strip() for line in [*last.splitlines(), *error.splitlines()]]
    for cause in CAUSES:
        if named := next((line for line in lines if re.search(cause.pattern, line)), ""):
            return Trouble(resource, f"the build failed, {cause.reason}: {short(named)}", cause.remedy, build)
    remedy = "fix what the first error above names, and save"
    return Trouble(resource, f"the build failed: {short(error)}", remedy, build)


def listed(environment: Mapping[str, str]) -> list[Object]:
    """Tilt's resources; none if Tilt does not answer."""
    answer = _tilt(environment, "get", "uiresources", "--output=json")
    items: list[Object] = json.loads(answer)["items"] if answer else []
    return items


def log_of(resource: str, environment: Mapping[str, str]) -> str:
    """The end of what building a resource printed."""
    return _tilt(environment, "logs", "--source=build", f"--tail={LINES}", resource)


def _tilt(environment: Mapping[str, str], *words: str) -> str:
    asked = subprocess.run(["tilt", *words], env=environment, capture_output=True, text=True, check=False)
    return asked.stdout if asked.returncode == 0 else ""
