"""One line of the doctor's report."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """`remedy` is empty if nothing is wrong. `fatal` stops `make up`."""

    name: str
    said: str
    remedy: str = ""
    fatal: bool = False
