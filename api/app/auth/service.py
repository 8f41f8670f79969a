"""Registration, login, and the account of a token. Hashes passwords outside transactions, because that is slow."""

import uuid
from functools import partial
from http import HTTPStatus

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from app.auth import attempts
from app.auth.hashing import HashingQueue
from app.auth.models import User
from app.auth.schemas import Credentials, Registration, SessionOut, UserOut
from app.core.config import TOKEN_LIFETIME
from app.core.db.database import Database
from app.core.errors import Problem, unauthorized
from app.core.security import hash_password, issue_token, password_matches


async def register(
    database: Database, hashing: HashingQueue, registration: Registration, key: str
) -> SessionOut:
    """Raises Problem: 409 if the address is taken, 429 if too many are waiting."""
    password_hash = await hashing.run(partial(hash_password, registration.password))
    user = User(email=registration.email, name=registration.name, password_hash=password_hash)
    if not await hashing.run_beside(partial(_insert, database, user)):
        detail = "There is already an account with this e-mail address."
        raise Problem(HTTPStatus.CONFLICT, detail, kind="email-taken")
    return _session(user, key)


async def log_in(database: Database, hashing: HashingQueue, credentials: Credentials, key: str) -> SessionOut:
    """Raises Problem: 401, or 429 after too many attempts, for known and unknown addresses alike."""
    hashing.check()  # before the attempt counts
    email_digest = attempts.digest(credentials.email, key)
    user = await hashing.run_beside(partial(_attempt, database, credentials.email, email_digest))
    password_hash = user.password_hash if user else None
    matches = await hashing.run(partial(password_matches, credentials.password, password_hash))
    if not matches or user is None:
        raise unauthorized("The e-mail address or the password is wrong.")
    await hashing.run_beside(partial(_forget_attempts, database, email_digest))
    return _session(user, key)


def _insert(database: Database, user: User) -> bool:
    """Whether the address was free. A failed statement would put it into PostgreSQL's log."""
    offer = insert(User).values(user.model_dump()).on_conflict_do_nothing(index_elements=[col(User.email)])
    with database.begin() as session:
        return session.scalar(offer.returning(col(User.id))) is not None


def _attempt(database: Database, email: str, email_digest: bytes) -> User | None:
    with database.begin() as session:
        attempts.count(session, email_digest)
        return session.exec(select(User).where(col(User.email) == email)).one_or_none()


def _forget_attempts(database: Database, email_digest: bytes) -> None:
    with database.begin() as session:
        attempts.forget(session, email_digest)


def get_user(database: Database, user_id: uuid.UUID) -> UserOut:
    with database.read() as session:
        user = session.get(User, user_id)
        if user is None:
            raise account_gone()
        return UserOut.model_validate(user)


def account_gone() -> Problem:
    """A valid token whose account was deleted, for example with the whole database."""
    return unauthorized("This account no longer exists.")


def _session(user: User, key: str) -> SessionOut:
    return SessionOut(
        access_token=issue_token(user.id, key),
        token_type="bearer",  # noqa: S106 - the name of the scheme
        expires_in=int(TOKEN_LIFETIME.total_seconds()),
        user=UserOut.model_validate(user),
    )
