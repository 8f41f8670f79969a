"""The figures that the proofs measured, as one table, which `make prove` prints last."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line: what was measured, what came out, and what a test would not have let pass."""

    what: str
    measured: str
    bound: str


_FIGURES: list[Figure] = []


def add(what: str, measured: str, bound: str) -> None:
    """Note a figure. The bound is the one that the caller asserts."""
    _FIGURES.append(Figure(what, measured, bound))


def table() -> str:
    """All figures as Markdown, in the order in which they were measured; empty if there is none."""
    rows = [f"| {each.what} | {each.measured} | {each.bound} |" for each in _FIGURES]
    return "\n".join(["| what | measured | bound |", "|---|---|---|", *rows]) if rows else ""
