"""Which folders belong in which containers: the services of services.toml that sync something."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from dev.base import catalogue
from dev.base.catalogue import Service


@dataclass(frozen=True)
class Rule:
    """One service. `folders` maps folders of the build context to their places in the container."""

    resource: str
    image: str
    context: str
    folders: Mapping[str, str]
    reloader: str = ""
    """The socket on which saves are announced to its server."""

    def __hash__(self) -> int:
        return hash(self.resource)


@functools.cache
def rules() -> tuple[Rule, ...]:
    """Raises Failure if the catalogue cannot be read."""
    found = (_rule(name, service) for name, service in catalogue.services().items())
    return tuple(rule for rule in found if rule.folders)


def _rule(name: str, service: Service) -> Rule:
    # A whole context is left to Tilt, because its place in the container has files that are not ours, such as packages.
    inside = [sync for sync in service.sync if sync["from"].startswith(f"{service.folder}/")]
    folders = {sync["from"].removeprefix(f"{service.folder}/"): sync["to"] for sync in inside}
    return Rule(name, service.image, service.folder, folders, service.reloader)
