"""Samples a backend pod and draws where its CPU time went, as a page that opens in a browser."""

import html
from dataclasses import dataclass, field

from dev.base import paths
from dev.dashboard.cluster import BACKEND, kubectl

PAGE = paths.DEV / "profile.html"
_LEAST = 0.002  # of the total; narrower boxes would be invisible
_HEAD = """<!doctype html><meta charset="utf-8"><title>Profile of a backend pod</title><style>
body { font: 12px system-ui, sans-serif; margin: 1rem; }
div.row { display: flex; }
div.call { overflow: hidden; min-width: 0; }
span { display: block; overflow: hidden; white-space: nowrap; text-overflow: ellipsis;
  margin: 0 1px 1px 0; padding: 1px 3px; border-radius: 2px; }
</style>
"""


@dataclass
class Call:
    """A function below its callers. `spent` is its CPU time in microseconds, including its own calls."""

    name: str
    spent: int = 0
    called: dict[str, "Call"] = field(default_factory=dict)


def profile() -> None:
    """sample a backend pod for 10 s and write a flame graph"""
    print("sampling one backend pod for 10 s: use the application now", flush=True)
    whole = read(kubectl([*BACKEND, "python", "-m", "devserver.profiler"]).decode())
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(draw(whole))
    print(f"{whole.spent / 1e6:.2f} s of CPU time. Open file://{PAGE}")


def read(folded: str) -> Call:
    """The call tree from folded stacks, one per line: `outer;inner microseconds`."""
    whole = Call("all")
    for line in folded.splitlines():
        stack, _, spent = line.rpartition(" ")
        whole.spent += int(spent)
        place = whole
        for name in stack.split(";"):
            place = place.called.setdefault(name, Call(name))
            place.spent += int(spent)
    return whole


def draw(whole: Call) -> str:
    """A flame graph in HTML: callers on top, widths by share, full names and times as tooltips."""
    return _HEAD + (_box(whole, whole.spent, whole.spent) if whole.spent else "<p>The pod used no CPU time.")


def _box(call: Call, parent: int, whole: int) -> str:
    if call.spent < whole * _LEAST:
        return ""
    name = html.escape(call.name)
    hue = 10 + sum(call.name.encode()) % 45
    rows = "".join(
        _box(each, call.spent, whole) for each in sorted(call.called.values(), key=lambda each: -each.spent)
    )
    return (
        f'<div class="call" style="width:{100 * call.spent / parent:.3f}%">'
        f'<span style="background:hsl({hue} 80% 75%)" title="{name}: {call.spent / 1000:.1f} ms">{name}</span>'
        f'<div class="row">{rows}</div></div>'
    )
