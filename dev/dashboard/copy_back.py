"""Copies into the folder what was created or changed in a pod: lock files, configuration, sources."""

import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dev.base import paths
from dev.base.failure import Failure
from dev.dashboard.cluster import kubectl
from dev.sync.ignore import Ignore
from dev.sync.pods import Pod, container
from dev.sync.rules import Rule, rules

HOME = "/app"  # in every pod
_PACK = 'cd "$0" && exec tar -cf - $(ls -d "$@" 2>/dev/null)'


@dataclass(frozen=True)
class Changed:
    """A file that was written in a pod since its container started, at `since` (seconds since 1970)."""

    pod: str
    name: str
    content: bytes
    executable: bool
    since: float


def copy_back(service: str) -> None:
    """copy what was created or changed in the pods of api or ui into the folder"""
    rule = next((each for each in rules() if each.resource == service), None)
    if rule is None:
        known = " or ".join(each.resource for each in rules())
        raise Failure(f"no pods of a service called {service} hold files of the folder", f"name {known}")
    ignore = Ignore.of(paths.ROOT / rule.context)
    written: dict[str, str] = {}
    same = True
    for changed in _changed(rule, ignore):
        if line := _copy(changed, paths.ROOT / rule.context, written):
            same = False
            print(f"{rule.context}/{changed.name}: {line}")
    if same:
        print(f"nothing of {rule.context}/ was created or changed in its pods")


def _copy(changed: Changed, context: Path, written: dict[str, str]) -> str:
    """Copy a file, unless that would lose something. Returns what was done, empty if both sides are equal."""
    file = context / changed.name
    if file.is_symlink() or (file.exists() and not file.is_file()):
        return "not copied: in the folder it is not a file"
    exists = file.exists()
    if exists and file.read_bytes() == changed.content:
        return ""
    if other := written.get(changed.name):
        return f"not copied from {changed.pod}: the one of {other} differs"
    if exists and file.stat().st_mtime > changed.since:
        both = f"kubectl exec {changed.pod} -- cat {HOME}/{changed.name}"
        return f"not copied: it was changed in the folder too. `{both}` prints the pod's"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(changed.content)
    if changed.executable and not exists:
        file.chmod(file.stat().st_mode | 0o111)
    written[changed.name] = changed.pod
    return f"{'replaced by the one' if exists else 'new, copied'} from {changed.pod}"


def _changed(rule: Rule, ignore: Ignore) -> Iterator[Changed]:
    """The changed files of all running pods, as far as they belong in the image. Raises Failure if no pod runs."""
    pods = json.loads(kubectl(["get", "pods", "--output", "json"]))["items"]
    running = [
        (pod, found.name)
        for pod in pods
        if (found := container(pod)) and found.rule == rule and found.identity
    ]
    if not running:
        raise Failure(f"no pod of {rule.resource} runs", "read the resource's log")
    for pod, name in running:
        yield from _of_pod(pod, name, ignore)


def _of_pod(pod: Pod, container_name: str, ignore: Ignore) -> Iterator[Changed]:
    pod_name = pod["metadata"]["name"]
    states = {each["name"]: each["state"] for each in pod["status"]["containerStatuses"]}
    since = datetime.fromisoformat(states[container_name]["running"]["startedAt"]).timestamp()
    words = ["exec", pod_name, "--container", container_name, "--", "sh", "-c", _PACK, HOME]
    packed = kubectl([*words, *ignore.tops()])
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive:
            name = member.name.removeprefix("./")
            # files of the image are older than the container: if they differ, the folder has changed
            if not member.isfile() or member.mtime < since or not _belongs(name, ignore):
                continue
            if content := archive.extractfile(member):
                yield Changed(pod_name, name, content.read(), bool(member.mode & 0o100), since)


def _belongs(name: str, ignore: Ignore) -> bool:
    parts = name.split("/")
    return not (ignore.excludes(name) or ".." in parts or any(part.startswith(".env") for part in parts))
