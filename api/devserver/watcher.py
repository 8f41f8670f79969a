"""The child that watches the folder. It reports that something changed, not what: the parent reads the folder itself.

A process of its own, because watchfiles runs a thread, and the parent must have only one when it forks.
"""

import logging
from pathlib import Path

from devserver.child import Channel
from devserver.sources import is_source

QUIET_MS = 10
"""Milliseconds without a change until a batch is reported ..."""
LONGEST_MS = 100
"""... but after this long at the latest."""
FIRST_LOOK_MS = 1000
"""The first report comes after this long even if nothing has happened."""

LIMITS = {"Too many open files": "max_user_instances", "watch limit reached": "max_user_watches"}
"""Error messages of watchfiles, and the limit of the kernel that causes each."""
ENOUGH = {"max_user_instances": 1024, "max_user_watches": 16384}
"""The same values as in `make doctor`."""
log = logging.getLogger("uvicorn.error")


def watch_folder(folder: Path, channel: Channel) -> int:
    """Run until the parent kills this process. Without a kernel watch, compare the files every 0.3 s instead."""
    try:
        _report(folder, channel, polling=None)
    except (OSError, RuntimeError) as error:  # watchfiles has no type for them
        limit = next((name for words, name in LIMITS.items() if words in str(error)), "")
        if not limit:
            raise
        log.warning(
            "fs.inotify.%s is used up on this machine, so files are compared every 0.3 s instead. "
            "Raise it there, outside of the pod: sudo sysctl fs.inotify.%s=%d",
            *(limit, limit, ENOUGH[limit]),
        )
        _report(folder, channel, polling=True)
    return 0


def _report(folder: Path, channel: Channel, *, polling: bool | None) -> None:
    from watchfiles import watch

    watched = watch(
        folder,
        watch_filter=lambda _, path: is_source(path),
        step=QUIET_MS,
        debounce=LONGEST_MS,
        yield_on_timeout=True,
        rust_timeout=FIRST_LOOK_MS,
        force_polling=polling,
    )
    first = True
    for changes in watched:
        if changes or first:  # files may have changed before the watch began
            channel.send(changed=True)
        first = False
