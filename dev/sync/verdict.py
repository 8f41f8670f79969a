"""What a comparison of one container with the folder found."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from dev.sync.entries import some


class State(Enum):
    EQUAL = auto()
    DIFFERENT = auto()
    UNKNOWN = auto()
    """The container does not run, or does not answer."""


@dataclass(frozen=True)
class Verdict:
    """Prints as "equal", the differing paths, or why the state is unknown."""

    state: State
    text: str

    def __str__(self) -> str:
        return self.text

    @classmethod
    def of(cls, differing: Sequence[str]) -> "Verdict":
        """The verdict on a container that answered with these differing paths."""
        if not differing:
            return cls(State.EQUAL, "equal")
        return cls(State.DIFFERENT, f"{some(differing)} {'differs' if len(differing) == 1 else 'differ'}")

    @classmethod
    def unknown(cls, why: str) -> "Verdict":
        return cls(State.UNKNOWN, why)
