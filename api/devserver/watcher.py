"""The child that watches the folder. It reports that something changed, never what: the parent looks itself.

A process of its own, because watchfiles runs a thread and the parent must have none when it forks.
"""

from pathlib import Path

from devserver.child import Line
from devserver.sources import is_source

QUIET_MS = 10
"""A batch of changes is reported once nothing has happened for this long ..."""
LONGEST_MS = 100
"""... but after this long at the latest."""
FIRST_LOOK_MS = 1000
"""The first report comes after this long even if nothing has happened."""


def watch_folder(folder: Path, line: Line) -> int:
    """Until the parent kills it. Raises OSError if the kernel grants no more watches."""
    from watchfiles import watch

    watched = watch(
        folder,
        watch_filter=lambda _, path: is_source(path),
        step=QUIET_MS,
        debounce=LONGEST_MS,
        yield_on_timeout=True,
        rust_timeout=FIRST_LOOK_MS,
    )
    first = True
    for changes in watched:
        if changes or first:  # what was written before the watch began is known to nobody yet
            line.send(changed=True)
        first = False
    return 0
