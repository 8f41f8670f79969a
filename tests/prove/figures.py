"""The measured figures as one table, which `make prove` prints last."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line: the quantity, the measured value, and the bound that the test asserts."""

    what: str
    measured: str
    bound: str


_FIGURES: list[Figure] = []


def add(what: str, measured: str, bound: str) -> None:
    """Record a figure. The caller asserts the bound."""
    _FIGURES.append(Figure(what, measured, bound))


def table() -> str:
    """All figures as Markdown, in the order of measurement. Empty if there are none."""
    rows = [f"| {each.what} | {each.measured} | {each.bound} |" for each in _FIGURES]
    return "\n".join(["| what | measured | bound |", "|---|---|---|", *rows]) if rows else ""
