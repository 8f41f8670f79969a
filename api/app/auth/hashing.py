"""The queue in front of password hashing, which takes a core for some hundredths of a second each time.

It is on the event loop: a request that waits here holds no worker thread, so a crowd at the login costs the other
requests nothing but the core. A queue that would take too long refuses immediately.
"""

import math
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

import anyio
import anyio.to_thread

from app.core.errors import Problem

AT_ONCE = 2  # in one process; each takes 19 MiB
LONGEST_WAIT = 10.0  # seconds
FIRST_GUESS = 0.05  # seconds for one, until some were measured
_WEIGHT = 0.2  # of the newest measurement
T = TypeVar("T")


class HashingQueue:
    """Of one process."""

    def __init__(self) -> None:
        self._turns = anyio.CapacityLimiter(AT_ONCE)
        # Not from the limiter's statistics: a request yields once before it joins that queue, and a whole burst
        # would pass the check meanwhile.
        self._joined = 0
        self._seconds = FIRST_GUESS

    @property
    def expected_wait(self) -> float:
        """Seconds, for the next one to come."""
        return self._joined * self._seconds / AT_ONCE

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
        """What `work` returns, which a thread of its own runs. Raises Problem, 429, if the queue is too long."""
        self.check()
        self._joined += 1
        try:
            return await anyio.to_thread.run_sync(self._timed, work, limiter=self._turns)
        finally:
            self._joined -= 1

    def _timed(self, work: Callable[[], T]) -> T:
        started = time.monotonic()
        try:
            return work()
        finally:
            self._seconds += _WEIGHT * (time.monotonic() - started - self._seconds)
