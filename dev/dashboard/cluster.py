"""kubectl on our cluster, for the buttons."""

import subprocess
from collections.abc import Sequence

from dev.base import stack
from dev.base.environment import environment
from dev.base.failure import Failure

BACKEND = ("exec", "deployment/backend-deployment", "--container", "backend", "--")


def postgres(*words: str) -> list[str]:
    """What runs a program beside the stand-in database."""
    where = ["--namespace", stack.current().standins, "deployment/postgres"]
    return ["exec", "--stdin", *where, "--", *words]


def kubectl(words: Sequence[str], sent: bytes = b"") -> bytes:
    """Return standard output. Raises Failure with the last line of standard error."""
    done = subprocess.run(
        ["kubectl", *words], input=sent, capture_output=True, env=environment(), check=False
    )
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise Failure(f"the cluster refuses `{' '.join(words[:2])}`: {lines[-1]}", "read the resource's log")
    return done.stdout
