"""Whose turn it is to accept connections. A worker waits for its turn until the previous one has passed it on.

Otherwise, on a busy machine, the previous worker could accept a connection after the next one has answered, and a
client would see old code after new code. The turn is a lock of the kernel, so a killed worker passes it on as well.
"""

import asyncio
import fcntl
import os

PATIENCE_SECONDS = 0.5
"""Seconds that a worker with a stuck event loop may delay a reload. It is killed soon after."""
_POLL_SECONDS = 0.002


class Turn:
    """The view of one process. Workers inherit the parent's, but lock through a descriptor of their own."""

    def __init__(self) -> None:
        self._file = os.memfd_create("turn")
        self._mine: int | None = None

    async def take(self) -> None:
        """Return once it is our turn, or the previous worker has had its time."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE_SECONDS
        if self._mine is None:
            # Opened again, because forks share a lock that was taken through the parent's descriptor.
            self._mine = os.open(f"/proc/self/fd/{self._file}", os.O_RDWR)
        while not self._try(self._mine) and loop.time() < deadline:
            await asyncio.sleep(_POLL_SECONDS)

    def pass_on(self) -> None:
        if self._mine is not None:
            # closing would not be enough if the application has forked
            fcntl.flock(self._mine, fcntl.LOCK_UN)
            os.close(self._mine)
            self._mine = None

    @staticmethod
    def _try(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
