"""Reads devcontainer/versions.env: versions and hashes of the tools."""

import functools
import re

from dev.base import paths
from dev.base.failure import Failure

LINE = re.compile(r"([A-Z0-9_]+)=(\S+)")


@functools.cache
def versions() -> dict[str, str]:
    """All pins by name. Raises Failure on a line that is neither a comment nor NAME=value."""
    pins: dict[str, str] = {}
    for number, line in enumerate(paths.VERSIONS.read_text().splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        match = LINE.fullmatch(line)
        if not match:
            raise Failure(
                f"{paths.VERSIONS}:{number} is not NAME=value", "git checkout devcontainer/versions.env"
            )
        pins[match[1]] = match[2]
    return pins
