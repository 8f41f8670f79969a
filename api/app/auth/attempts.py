"""Limits the wrong passwords for an e-mail address. The count is in the database, so it holds over all replicas.

It counts by address, not by client: behind a Service every client looks like the node. So an attacker can keep a user
from logging in for 15 minutes at a time; open sessions continue. An attempt counts before its password is checked, and
a correct one resets the count. Otherwise many concurrent attempts would all find the limit not reached.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from http import HTTPStatus
from math import ceil

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from app.auth.models import LoginAttempts
from app.core.config import LOGIN_ATTEMPTS, LOGIN_WINDOW
from app.core.errors import Problem
from app.limits.buckets import Policy

_TIDIED_AT_ONCE = 100


def digest(email: str, key: str) -> bytes:
    """What stands for the address in the table. Keyed, so that a list of likely addresses does not reveal it."""
    return hmac.digest(key.encode(), b"login " + email.encode(), hashlib.sha256)


def count(session: Session, email_digest: bytes) -> None:
    """Count one attempt. Raises Problem (429 with Retry-After) above the limit; such an attempt does not count.

    The first attempt opens a window, whether or not the account exists.
    """
    over = col(LoginAttempts.ends_at) <= func.now()
    ends_at = func.now() + LOGIN_WINDOW
    statement = insert(LoginAttempts).values(email_digest=email_digest, attempts=1, ends_at=ends_at)
    statement = statement.on_conflict_do_update(
        index_elements=[col(LoginAttempts.email_digest)],
        set_={
            "attempts": case((over, 1), else_=col(LoginAttempts.attempts) + 1),
            "ends_at": case((over, ends_at), else_=col(LoginAttempts.ends_at)),
        },
    )
    found = statement.returning(
        col(LoginAttempts.attempts), col(LoginAttempts.ends_at) - func.now(), func.now()
    )
    attempts, left, now = session.execute(found).one()
    if attempts > LOGIN_ATTEMPTS:
        raise _too_many(left)
    if attempts == 1:
        _tidy(session, now)


def forget(session: Session, email_digest: bytes) -> None:
    """Reset the count after a correct password."""
    session.execute(delete(LoginAttempts).where(col(LoginAttempts.email_digest) == email_digest))


def _tidy(session: Session, now: datetime) -> None:
    """Delete expired windows. Skips locked rows, so that no transaction waits for another."""
    ended = select(col(LoginAttempts.email_digest)).where(col(LoginAttempts.ends_at) <= now)
    some = ended.limit(_TIDIED_AT_ONCE).with_for_update(skip_locked=True)
    session.execute(delete(LoginAttempts).where(col(LoginAttempts.email_digest).in_(some)))


def _too_many(left: timedelta) -> Problem:
    seconds = max(1, ceil(left.total_seconds()))
    policy = Policy("logins", LOGIN_ATTEMPTS, int(LOGIN_WINDOW.total_seconds()))
    return Problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many attempts to log in with this e-mail address. Try again later.",
        kind="too-many-logins",
        headers={
            "Retry-After": str(seconds),
            "RateLimit-Policy": policy.header(),
            "RateLimit": f'"{policy.name}";r=0;t={seconds}',
        },
    )
