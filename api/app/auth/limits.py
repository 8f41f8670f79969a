"""The limits as dependencies of routes. Reading is never limited."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from http import HTTPStatus

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from app.auth.deps import HashingDep, KeyDep, UserId
from app.core import context
from app.core.db.database import Database
from app.core.deps import DatabaseDep, SettingsDep
from app.core.errors import Problem
from app.limits import buckets
from app.limits.buckets import Count, Policy

MINUTE, DAY = 60, 24 * 60 * 60
READING = frozenset({"GET", "HEAD", "OPTIONS"})


async def limit_writes(
    request: Request, user_id: UserId, database: DatabaseDep, settings: SettingsDep, key: KeyDep
) -> None:
    """By user. Raises Problem, 429."""
    if request.method not in READING:
        await _limit(database, [Policy("writes", settings.rate_limit_writes, MINUTE)], str(user_id), key)


async def limit_chat(user_id: UserId, database: DatabaseDep, settings: SettingsDep, key: KeyDep) -> None:
    """By user: a share of what the assistant's key may be used for by all. Raises Problem, 429."""
    policies = [
        Policy("chat-minute", settings.rate_limit_chat_minute, MINUTE),
        Policy("chat-day", settings.rate_limit_chat_day, DAY),
    ]
    await _limit(database, policies, str(user_id), key)


async def limit_registrations(
    request: Request, database: DatabaseDep, settings: SettingsDep, key: KeyDep, hashing: HashingDep
) -> None:
    """By the client's address. Raises Problem, 429.

    It is the one in X-Forwarded-For if the connection comes from an address in FORWARDED_ALLOW_IPS, which uvicorn
    reads. Anyone can send that header.
    """
    address = request.client.host if request.client else ""
    policy = Policy("registrations", settings.rate_limit_registrations, 5 * MINUTE)
    await _limit(database, [policy], address, key, hashing.run_beside)


Counting = Callable[[], list[Count]]


async def _limit(
    database: Database,
    policies: Sequence[Policy],
    subject: str,
    key: str,
    in_thread: Callable[[Counting], Awaitable[list[Count]]] = run_in_threadpool,
) -> None:
    """A policy of 0 is none."""
    policies = [policy for policy in policies if policy.burst]
    counts = await in_thread(partial(buckets.take, database, policies, subject, key)) if policies else []
    _announce(counts)
    for count in counts:
        if count.refused:
            raise Problem(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"Too many requests. Try again in {count.retry_after} s.",
                kind="rate-limited",
                headers={"Retry-After": str(count.retry_after)},
            )


def _announce(counts: Sequence[Count]) -> None:
    request = context.current.get()
    if request and counts:
        request.headers["RateLimit-Policy"] = ", ".join(count.policy.header() for count in counts)
        request.headers["RateLimit"] = ", ".join(count.header() for count in counts)
