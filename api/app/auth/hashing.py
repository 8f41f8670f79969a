"""The queue in front of password hashing, which takes a core for some hundredths of a second each time.

It is on the event loop: a request that waits here holds no worker thread. Passwords are hashed one by one with pauses
between them, because a pod has half a core for everything. The database work of logins and registrations has a few
threads of its own. So a crowd at the login leaves the other requests their threads, their connections and a share of
the core. A queue that would take too long refuses immediately.
"""

import math
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

import anyio
import anyio.to_thread

from app.core.errors import Problem

REST = 2  # seconds of pause after each second of hashing
DATABASE_THREADS = 2
LONGEST_WAIT = 10.0  # seconds
FIRST_GUESS = 0.1  # seconds for one and the pause after it, until some were measured
_WEIGHT = 0.2  # of the newest measurement
T = TypeVar("T")


class HashingQueue:
    """Of one process."""

    def __init__(self) -> None:
        self._turn = anyio.CapacityLimiter(1)
        self._thread = anyio.CapacityLimiter(1)
        self._database_threads = anyio.CapacityLimiter(DATABASE_THREADS)
        # Not from the limiter's statistics: a request yields once before it joins that queue, and a whole burst
        # would pass the check meanwhile.
        self._joined = 0
        self._seconds = FIRST_GUESS
        self._rests_until = 0.0  # time.monotonic()

    @property
    def expected_wait(self) -> float:
        """Seconds, for the next one to come."""
        return self._joined * self._seconds

    def check(self) -> None:
        """Raises Problem, 429, if the queue is too long to join."""
        expected = self.expected_wait
        if expected > LONGEST_WAIT:
            raise Problem(
                HTTPStatus.TOO_MANY_REQUESTS,
                "Too many people are logging in or registering at the moment. Try again shortly.",
                kind="login-queue-full",
                headers={"Retry-After": str(math.ceil(expected / 2))},
            )

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns, which hashes in a thread of its own. Raises Problem, 429, if the queue is too long."""
        self.check()
        self._joined += 1
        try:
            async with self._turn:
                await anyio.sleep(max(0.0, self._rests_until - time.monotonic()))
                return await anyio.to_thread.run_sync(self._timed, work, limiter=self._thread)
        finally:
            self._joined -= 1

    async def run_beside(self, work: Callable[[], T]) -> T:
        """What `work` returns, which asks the database on behalf of a login or registration."""
        return await anyio.to_thread.run_sync(work, limiter=self._database_threads)

    def _timed(self, work: Callable[[], T]) -> T:
        started, cpu_started = time.monotonic(), time.thread_time()
        try:
            return work()
        finally:
            rest = REST * (time.thread_time() - cpu_started)
            ended = time.monotonic()
            self._rests_until = ended + rest
            self._seconds += _WEIGHT * (ended - started + rest - self._seconds)
