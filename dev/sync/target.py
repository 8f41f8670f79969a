"""One running container, from a follower's point of view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A running container, and the command that runs a receiver in it."""

    name: str
    command: Sequence[str]
    folders: Mapping[str, str]
    tilt: str = ""
    """The link through which Tilt copies files there."""
    reloader: str = ""
    """The socket on which saves are announced to its server."""
    read_only: bool = False
    """Compare it with the folder, and leave the copying to Tilt."""
    environment: Mapping[str, str] | None = None
