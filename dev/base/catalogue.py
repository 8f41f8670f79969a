"""The services that run in the cluster, as `services.toml` lists them. That file explains each key."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev.base import paths
from dev.base.failure import Failure

FILE = paths.ROOT / "services.toml"
TILT = "/tmp/tilt"  # noqa: S108 - in the pods
"""In every image that syncs, a link to /app. Tilt copies through it; the fast lane leads it aside while connected."""


@dataclass(frozen=True)
class Service:
    """One entry. Paths are relative to the checkout."""

    image: str
    folder: str
    base: Mapping[str, str]  # `argument` and `image`
    manifests: tuple[str, ...]
    target: str = ""
    sync: tuple[Mapping[str, str], ...] = ()  # each with `from` and `to`
    rebuild: tuple[str, ...] = ()
    reloader: str = ""
    port: int = 0
    port_key: str = ""
    replaces: str = ""


@functools.cache
def services(file: Path = FILE) -> Mapping[str, Service]:
    """All services by name, in the file's order. Raises Failure for an invalid entry."""
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Failure(f"{file.name} is not TOML: {error}", f"fix {file.name}") from error
    return {name: _service(file, name, entry) for name, entry in entries.items()}


def _service(file: Path, name: str, entry: Mapping[str, Any]) -> Service:
    lists: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }
    try:
        return Service(**lists)
    except TypeError as error:
        complaint = str(error).partition("__init__() ")[2]  # "missing 1 required …" or "got an unexpected …"
        raise Failure(
            f"{file.name}: [{name}] {complaint}", f"compare it with the head of {file.name}"
        ) from error


def stand_ins() -> Mapping[str, Service]:
    """The services that replace an external one."""
    return {name: service for name, service in services().items() if service.replaces}
