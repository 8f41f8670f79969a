"""Whose turn it is to accept connections. A worker waits for its turn until the previous one has passed it on.

Otherwise, on a busy machine, the previous worker could accept a connection after the next one has answered: an old
answer behind a new one. The turn is a lock of the kernel, so a worker that is killed passes it on as well.
"""

import asyncio
import fcntl
import os

PATIENCE_SECONDS = 0.5
"""A worker whose event loop is stuck must not hold up a reload for longer. It is killed soon after."""
_POLL_SECONDS = 0.002


class Turn:
    """One process's view: the parent hands its own to the workers, which never lock through the parent's."""

    def __init__(self) -> None:
        self._file = os.memfd_create("turn")
        self._mine: int | None = None

    async def take(self) -> None:
        """Return once the turn is ours, or the previous worker has had its time."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE_SECONDS
        if self._mine is None:
            # Opened again, because forks share a lock that was taken through the parent's descriptor.
            self._mine = os.open(f"/proc/self/fd/{self._file}", os.O_RDWR)
        while not self._try(self._mine) and loop.time() < deadline:
            await asyncio.sleep(_POLL_SECONDS)

    def pass_on(self) -> None:
        if self._mine is not None:
            fcntl.flock(self._mine, fcntl.LOCK_UN)  # closing would not suffice if the application has forked
            os.close(self._mine)
            self._mine = None

    @staticmethod
    def _try(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
