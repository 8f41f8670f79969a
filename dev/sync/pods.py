"""The containers, from `kubectl get pods --watch`, which is restarted with growing pauses whenever it ends."""

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dev.sync.rules import Rule, rules

PAUSES = (0.3, 1.0, 2.0, 5.0)  # seconds
RESTART = "60s"  # a watch ends after this long, so that a dead connection is noticed
ANNOUNCED = 2.0  # seconds after which a new watch has named every pod

Pod = dict[str, Any]


@dataclass(frozen=True)
class Container:
    """One run of a rule's container."""

    rule: Rule
    name: str
    pod: str
    uid: str
    identity: str
    """Changes with every restart; empty while it does not run."""
    trouble: str = field(default="", compare=False)
    """Why it does not run, in Kubernetes' words."""
    init_fails: bool = field(default=False, compare=False)
    """An init container ended with an error, or an image is missing. No stream can help."""


def container(pod: Pod) -> Container | None:
    """The lane's view of a pod. None if no rule applies to it, or if it is being deleted."""
    found = (
        (rule, each["name"])
        for rule in rules()
        for each in pod["spec"]["containers"]
        if _is_of(each["image"], rule)
    )
    rule, name = next(found, (None, ""))
    if rule is None or "deletionTimestamp" in pod["metadata"]:
        return None
    status = pod["status"]
    if status.get("phase") in ("Succeeded", "Failed"):
        return None  # for example evicted: it will not run again
    inits = status.get("initContainerStatuses", [])
    mains = [each for each in status.get("containerStatuses", []) if each["name"] == name]
    identity = next((each["containerID"] for each in mains if "running" in each["state"]), "")
    trouble, fails = "", False
    if not identity:
        failed = [reason for each in inits if (reason := _failure(each))]
        missing = [reason for each in mains if (reason := _reason(each)) in NO_IMAGE]
        waiting = [reason for each in mains if (reason := _reason(each))]
        trouble = next(
            iter([*(f"Init:{reason}" for reason in failed), *missing, *waiting]), status.get("phase", "")
        )
        fails = bool(failed or missing)
    return Container(rule, name, pod["metadata"]["name"], pod["metadata"]["uid"], identity, trouble, fails)


def _is_of(image: str, rule: Rule) -> bool:
    """Whether an image reference, with a registry or without, names the rule's image."""
    return image.rpartition("/")[2].partition(":")[0].partition("@")[0] == rule.image


NO_IMAGE = ("ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName")


def _reason(status: Mapping[str, Any]) -> str:
    return str(status["state"].get("waiting", {}).get("reason", ""))


def _failure(status: Mapping[str, Any]) -> str:
    """Why an init container has failed; empty if it may still succeed."""
    reason = _reason(status)
    if reason == "CrashLoopBackOff" or reason in NO_IMAGE:
        return reason
    ended = status["state"].get("terminated", {})
    return str(ended.get("reason", "Error")) if ended.get("exitCode") else ""


class Pods:
    """Calls `changed` with all containers after each change."""

    def __init__(
        self,
        kubectl: Sequence[str],
        environment: Mapping[str, str],
        changed: Callable[[list[Container]], None],
    ) -> None:
        self._command = [
            *kubectl,
            "get",
            "pods",
            "--watch",
            "--output-watch-events",
            "-o",
            "json",
            f"--request-timeout={RESTART}",
        ]
        self._environment = environment
        self._changed = changed
        self._pods: dict[str, Pod] = {}
        self._stopped = False
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True, name="pods").start()

    def stop(self) -> None:
        self._stopped = True
        if self._process:
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _run(self) -> None:
        attempt = 0
        while not self._stopped:
            begin = time.monotonic()
            self._watch()
            attempt = 0 if time.monotonic() - begin > ANNOUNCED else attempt + 1
            time.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])

    def _watch(self) -> None:
        announced: set[str] = set()
        self._process = subprocess.Popen(
            self._command,
            env=self._environment,
            text=True,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        forget = threading.Timer(ANNOUNCED, lambda: self._forget(announced))
        forget.start()
        for line in self._process.stdout or ():
            event = json.loads(line)
            if event["type"] in ("ADDED", "MODIFIED", "DELETED"):
                announced.add(event["object"]["metadata"]["uid"])
                self._on_event(event["type"], event["object"])
        forget.cancel()
        self._process.wait()

    def _on_event(self, kind: str, pod: Pod) -> None:
        if kind == "DELETED":
            self._pods.pop(pod["metadata"]["uid"], None)
        else:
            self._pods[pod["metadata"]["uid"]] = pod
        self._tell()

    def _forget(self, announced: set[str]) -> None:
        """Remove pods that vanished between two watches."""
        if self._process and self._process.poll() is None and announced:
            self._pods = {uid: pod for uid, pod in self._pods.items() if uid in announced}
            self._tell()

    def _tell(self) -> None:
        self._changed([found for pod in list(self._pods.values()) if (found := container(pod))])
