"""The circuit breaker by itself, with a clock of the test's."""

import contextlib

import pytest

from app.chat.model.breaker import FAILURES, REST, Breaker
from app.chat.model.faults import BadGeneration, Fault, not_configured, rate_limited, unreachable


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


def call(breaker: Breaker, fault: Exception | None = None) -> None:
    with contextlib.suppress(Fault, BadGeneration), breaker.guard():
        if fault:
            raise fault


def state(breaker: Breaker) -> str:
    """A call, because mypy takes an attribute to be what it was compared with before."""
    return breaker.state


def break_it(breaker: Breaker) -> None:
    for _ in range(FAILURES):
        call(breaker, unreachable("out"))


def test_failures_in_a_row_open_it(breaker: Breaker) -> None:
    for _ in range(FAILURES - 1):
        call(breaker, unreachable("out"))
    assert state(breaker) == "closed"
    call(breaker)
    break_it(breaker)
    assert (breaker.state, breaker.opened) == ("open", 1)
    with pytest.raises(Fault, match="circuit breaker open") as refused:
        breaker.check()
    assert refused.value.retry_after == REST
    assert breaker.refused == 1


def test_after_a_rest_one_may_try(breaker: Breaker, clock: Clock) -> None:
    break_it(breaker)
    clock.now += REST
    assert state(breaker) == "half_open"
    with breaker.guard(), pytest.raises(Fault):
        breaker.check()  # another call at the same time
    assert state(breaker) == "closed"


def test_a_failed_try_opens_it_again(breaker: Breaker, clock: Clock) -> None:
    break_it(breaker)
    clock.now += REST
    call(breaker, unreachable("still out"))
    assert (breaker.state, breaker.opened) == ("open", 2)


def test_a_try_that_was_broken_off_decides_nothing(breaker: Breaker, clock: Clock) -> None:
    break_it(breaker)
    clock.now += REST
    with pytest.raises(KeyboardInterrupt), breaker.guard():
        raise KeyboardInterrupt
    assert state(breaker) == "half_open"
    call(breaker)
    assert state(breaker) == "closed"


@pytest.mark.parametrize("fault", [not_configured(), BadGeneration("", unparsable=True), rate_limited(0)])
def test_what_groq_says_is_no_outage(breaker: Breaker, fault: Exception) -> None:
    for _ in range(FAILURES * 2):
        call(breaker, fault)
    assert state(breaker) == "closed"


def test_a_rate_limit_holds_everybody_until_it_ends(breaker: Breaker, clock: Clock) -> None:
    call(breaker, rate_limited(7))
    clock.now += 3
    with pytest.raises(Fault) as refused:
        breaker.check()
    assert (refused.value.status, refused.value.retry_after) == (429, 4)
    clock.now += 4
    breaker.check()
    call(breaker, rate_limited(100_000))
    clock.now += 60
    breaker.check()  # a rate limit holds for a minute at most
