"""What a way to the tools has to offer. There are two: Release and Packages."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

Environment = Mapping[str, str]


class Way(Protocol):
    """Where the programs and images come from. Whatever is missing is fetched or built at the first use."""

    @property
    def name(self) -> str:
        """What TODO_TOOLS calls it."""

    @property
    def minikube_addons(self) -> Sequence[str]:
        """The add-ons that minikube brings itself. The others are deployed from toolchain/."""

    def check(self) -> None:
        """Raise Failure if this machine lacks what this way needs."""

    def first_build(self) -> bool:
        """Whether everything still has to be built here, which needs much space."""

    def tools(self) -> Mapping[str, Path]:
        """kubectl, minikube and tilt by name."""

    def shim(self) -> Path | None:
        """A folder to put in front of PATH before dockerd starts, if that is needed."""

    def app_images(self) -> Mapping[str, str]:
        """Base images for the app's Dockerfiles by name. For those that are absent, their defaults are right."""

    def load_before_start(self) -> None:
        """Put in place what `minikube start` would download otherwise."""

    def start_options(self) -> Sequence[str]:
        """Options of `minikube start`."""

    def load_into(self, node: Environment) -> None:
        """Import the app's base images. With `node` as its environment, `docker` talks to the node's engine."""

    def addon_image(self, name: str, node: Environment) -> str:
        """The image of an add-on, present in the node or to be pulled."""
