"""How many wrong passwords an e-mail address gets, over all replicas: the count is in the database.

By address, not by client: behind a Service every client looks like the node. So whoever wants to can keep somebody
from logging in, for a quarter of an hour at a time; sessions that are open go on. An attempt counts before its
password is looked at, and a good one takes the count back: else many at once would all find the limit not reached.
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

_TIDIED_AT_ONCE = 100


def digest(email: str, key: str) -> bytes:
    """What stands for the address in the table. Keyed: a list of likely addresses must not lead back to it."""
    return hmac.digest(key.encode(), b"login " + email.encode(), hashlib.sha256)


def count(session: Session, email_digest: bytes) -> None:
    """One attempt more. Raises Problem, 429 with Retry-After, for one too many, which then does not count.

    The first attempt opens a window and does not care whether there is such an account.
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
    """The password was right."""
    session.execute(delete(LoginAttempts).where(col(LoginAttempts.email_digest) == email_digest))


def _tidy(session: Session, now: datetime) -> None:
    """Windows that are over. Skips what others hold, so that nobody waits for this, or it for them."""
    ended = select(col(LoginAttempts.email_digest)).where(col(LoginAttempts.ends_at) <= now)
    some = ended.limit(_TIDIED_AT_ONCE).with_for_update(skip_locked=True)
    session.execute(delete(LoginAttempts).where(col(LoginAttempts.email_digest).in_(some)))


def _too_many(left: timedelta) -> Problem:
    return Problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many attempts to log in with this e-mail address. Try again later.",
        kind="too-many-logins",
        headers={"Retry-After": str(max(1, ceil(left.total_seconds())))},
    )
