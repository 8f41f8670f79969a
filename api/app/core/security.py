"""Passwords and tokens. Knows no tables: the caller provides the signing key."""

import unicodedata
import uuid
from datetime import UTC, datetime

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from app.core.config import TOKEN_LIFETIME

_ALGORITHM = "HS256"
_ISSUER = "todo"
# OWASP's first choice for Argon2id, 19 MiB and 2 rounds: with the usual 64 MiB, a dozen concurrent logins would
# exceed the memory of a 512 MiB pod.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# The hash, at the same cost, of a password that no account has: an unknown address takes as long as a wrong password.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$y/YNn1DrF65WIDQ59HHYRQ$xG4yqpOn3JJcZOgHCKrJH9BEYAda8HQkmuF1vOv/TVA"


class InvalidToken(Exception):
    """The token is expired, forged, malformed or not ours."""


def hash_password(password: str) -> str:
    """Takes a core for some hundredths of a second: see `app.auth.hashing`."""
    return _hasher.hash(_normal(password))


def password_matches(password: str, password_hash: str | None) -> bool:
    """Takes the same time whether the account exists (a hash) or not (None): that of `hash_password`.

    Versions that did not normalise hashed a password as it was typed, so that form is tried as well.
    """
    forms = dict.fromkeys([_normal(password), password])
    matches = any(_verifies(password_hash or _NOBODY, form) for form in forms)
    return matches and password_hash is not None


def _verifies(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except VerificationError:
        return False


def _normal(password: str) -> str:
    """Keyboards write the same letters as different code points. NIST SP 800-63B asks for one form before hashing."""
    return unicodedata.normalize("NFKC", password)


def issue_token(user_id: uuid.UUID, key: str) -> str:
    now = datetime.now(UTC)
    claims = {"sub": str(user_id), "iat": now, "exp": now + TOKEN_LIFETIME, "iss": _ISSUER}
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def read_token(token: str, key: str) -> uuid.UUID:
    """The user's id. Raises InvalidToken. Ten seconds of leeway: pods' clocks differ a little."""
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            issuer=_ISSUER,
            leeway=10,
            options={"require": ["sub", "iat", "exp", "iss"]},
        )
        return uuid.UUID(claims["sub"])
    except (jwt.InvalidTokenError, ValueError) as error:
        raise InvalidToken from error
