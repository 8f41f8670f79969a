"""The child that watches the folder. It reports that something changed, not what: the parent reads the folder itself.

A process of its own, because watchfiles runs a thread, and the parent must have only one when it forks.
"""

from pathlib import Path

from devserver.child import Channel
from devserver.sources import is_source

QUIET_MS = 10
"""A batch of changes is reported once nothing has happened for this long ..."""
LONGEST_MS = 100
"""... but after this long at the latest."""
FIRST_LOOK_MS = 1000
"""The first report comes after this long even if nothing has happened."""


def watch_folder(folder: Path, channel: Channel) -> int:
    """Runs until the parent kills it. Raises OSError if the kernel grants no more watches."""
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
        if changes or first:  # files may have changed before the watch began
            channel.send(changed=True)
        first = False
    return 0
