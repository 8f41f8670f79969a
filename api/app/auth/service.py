"""Registration, login, and the account of a token. Hashes passwords outside transactions, because that is slow."""

import uuid
from http import HTTPStatus

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from app.auth import attempts
from app.auth.models import User
from app.auth.schemas import Credentials, Registration, SessionOut, UserOut
from app.core.config import TOKEN_LIFETIME
from app.core.db.database import Database
from app.core.errors import Problem, unauthorized
from app.core.security import hash_password, issue_token, password_matches


def register(database: Database, registration: Registration, key: str) -> SessionOut:
    password_hash = hash_password(registration.password)
    try:
        with database.begin() as session:
            user = User(email=registration.email, name=registration.name, password_hash=password_hash)
            session.add(user)
    except IntegrityError:
        detail = "There is already an account with this e-mail address."
        raise Problem(HTTPStatus.CONFLICT, detail, kind="email-taken") from None
    return _session(user, key)


def log_in(database: Database, credentials: Credentials, key: str) -> SessionOut:
    """Raises Problem: 401, or 429 after too many attempts, for known and unknown addresses alike."""
    email_digest = attempts.digest(credentials.email, key)
    with database.begin() as session:
        attempts.count(session, email_digest)
        user = session.exec(select(User).where(col(User.email) == credentials.email)).one_or_none()
    if not password_matches(credentials.password, user.password_hash if user else None) or user is None:
        raise unauthorized("The e-mail address or the password is wrong.")
    with database.begin() as session:
        attempts.forget(session, email_digest)
    return _session(user, key)


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
