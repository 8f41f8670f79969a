"""One running container, as what follows it needs to know it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A running container: which one, and the command that runs a receiver in it."""

    name: str
    command: Sequence[str]
    folders: Mapping[str, str]
    tilt: str = ""
    """The link through which Tilt copies files there."""
    reloader: str = ""
    """The socket on which its server hears of saves."""
    environment: Mapping[str, str] | None = None
