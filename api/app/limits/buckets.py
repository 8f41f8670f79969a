"""Token buckets in the database: the same for all replicas, one statement for each request that counts.

The table is unlogged, so the statement's commit waits for no disk. A database that is slow or down refuses nobody here:
the request finds out by itself.
"""

import hashlib
import hmac
import logging
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from app.core.db.database import Database
from app.core.db.patience import DATABASE_DOWN, time_budget
from app.limits.models import RateLimit

PATIENCE = 0.5  # seconds
_TIDIED_EVERY, _TIDIED_AT_ONCE, _KEPT = 1000, 100, timedelta(days=1)
log = logging.getLogger("app.limits")


@dataclass(frozen=True)
class Policy:
    """`burst` at once, and as many again in `window` seconds."""

    name: str
    burst: int
    window: int

    @property
    def per_second(self) -> float:
        return self.burst / self.window

    def header(self) -> str:
        """An item of RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers)."""
        return f'"{self.name}";q={self.burst};w={self.window}'


@dataclass(frozen=True)
class Count:
    """What a request found in its bucket. It is in there itself, unless it was refused."""

    policy: Policy
    used: float
    refused: bool

    def header(self) -> str:
        """An item of RateLimit: what is left, and in how many seconds it is all there again."""
        left = max(0, math.floor(self.policy.burst - self.used))
        return f'"{self.policy.name}";r={left};t={math.ceil(self.used / self.policy.per_second)}'

    @property
    def retry_after(self) -> int:
        """Seconds until there is room for one."""
        return max(1, math.ceil((self.used + 1 - self.policy.burst) / self.policy.per_second))


def bucket(policy: Policy, subject: str, key: str) -> bytes:
    """Keyed, so that the table holds no addresses."""
    return hmac.digest(key.encode(), f"limit {policy.name} {subject}".encode(), hashlib.sha256)


def take(database: Database, policies: Sequence[Policy], subject: str, key: str) -> list[Count]:
    """Count one request. Ends at the first refusal; empty if the database did not answer in time."""
    counts: list[Count] = []
    try:
        with time_budget(PATIENCE), database.read() as session:
            for policy in policies:
                counts.append(_take(session, policy, bucket(policy, subject, key)))
                if counts[-1].refused:
                    break
            if random.randrange(_TIDIED_EVERY) == 0:  # noqa: S311 - no secret
                _tidy(session)
    except DATABASE_DOWN as error:
        log.info("not counted: %s", type(error).__name__)
        return []
    return counts


def _take(session: Session, policy: Policy, key: bytes) -> Count:
    now = func.clock_timestamp()
    passed = func.extract("epoch", now - col(RateLimit.at))
    used = func.greatest(0, col(RateLimit.used) - passed * policy.per_second)
    full = used + 1 > policy.burst
    statement = insert(RateLimit).values(bucket=key, used=1, refused=False, at=now)
    statement = statement.on_conflict_do_update(
        index_elements=[col(RateLimit.bucket)],
        set_={"used": case((full, used), else_=used + 1), "refused": full, "at": now},
    )
    row = session.execute(statement.returning(col(RateLimit.used), col(RateLimit.refused))).one()
    return Count(policy, row.used, row.refused)


def _tidy(session: Session) -> None:
    """Skips what others hold."""
    old = select(col(RateLimit.bucket)).where(col(RateLimit.at) < func.now() - _KEPT)
    some = old.limit(_TIDIED_AT_ONCE).with_for_update(skip_locked=True)
    session.execute(delete(RateLimit).where(col(RateLimit.bucket).in_(some)))
