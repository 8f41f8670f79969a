"""A circuit breaker, one for each process: while Groq is down, requests fail immediately instead of waiting for it."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from app.chat.model.faults import BadGeneration, Fault, rate_limited, resting

FAILURES = 3  # in a row
REST = 15.0  # seconds
LONGEST_HOLD = 60.0  # seconds; a rate limit's longer wait is cut to this
log = logging.getLogger("app.chat")


class Breaker:
    """Closed: calls pass. Open: none passes. Half open, after a pause: one call passes, and its result decides.

    A rate limit is not an outage, but every further call would make it worse. So none passes until it ends.
    `state`, `opened` and `refused` are for metrics.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._open_until = 0.0
        self._held_until = 0.0
        self._trying = False
        self.opened = 0
        self.refused = 0

    @property
    def state(self) -> Literal["closed", "open", "half_open"]:
        if self._failures < FAILURES:
            return "closed"
        return "open" if self._clock() < self._open_until else "half_open"

    def check(self) -> None:
        """Raises Fault if a call would be refused now."""
        now = self._clock()
        if now < self._held_until:
            self.refused += 1
            raise rate_limited(self._held_until - now)
        if self.state == "open" or (self.state == "half_open" and self._trying):
            self.refused += 1
            raise resting(self._open_until - now)

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Wraps a call. Raises Fault if the call may not pass."""
        self.check()
        self._trying = self.state == "half_open"
        try:
            yield
        except Fault as fault:
            self._note(fault)
            raise
        except BadGeneration:
            self._passed()
            raise
        else:
            self._passed()
        finally:
            self._trying = False

    def _note(self, fault: Fault) -> None:
        if fault.kind == "assistant-rate-limited":
            self._held_until = self._clock() + min(fault.retry_after or 0, LONGEST_HOLD)
        if not fault.outage:
            self._passed()
            return
        self._failures += 1
        if self._failures >= FAILURES:
            self._open_until = self._clock() + REST
            self.opened += 1
            log.warning("circuit breaker open for %.0f s: %s", REST, fault.reason)

    def _passed(self) -> None:
        """Groq answered, successfully or not."""
        if self._failures >= FAILURES:
            log.info("circuit breaker closed")
        self._failures = 0
