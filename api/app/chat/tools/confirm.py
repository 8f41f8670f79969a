"""Tokens that let the user confirm what they have read. Any replica can issue and accept them.

A token names a step of an answer and is valid for its owner only. The step's row describes the change and ensures that
it is done once.
"""

import uuid
from datetime import datetime

import jwt

CONFIRM_WITHIN = 300  # seconds
_ALGORITHM = "HS256"
# An audience of its own: such a token cannot log in, and a login token cannot confirm.
_AUDIENCE = "todo-chat-confirmation"


class InvalidConfirmation(Exception):
    """The token is forged, malformed, or belongs to another account."""


class ExpiredConfirmation(Exception):
    """The token was valid, but is too old."""


def issue(step_id: uuid.UUID, owner_id: uuid.UUID, expires_at: datetime, key: str) -> str:
    claims = {"sub": str(owner_id), "jti": str(step_id), "aud": _AUDIENCE, "exp": expires_at}
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def read(token: str, owner_id: uuid.UUID, key: str) -> uuid.UUID:
    """The step's id. Raises InvalidConfirmation or ExpiredConfirmation."""
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            options={"require": ["sub", "jti", "aud", "exp"]},
        )
        step_id = uuid.UUID(claims["jti"])
    except jwt.ExpiredSignatureError as error:
        raise ExpiredConfirmation from error
    except (jwt.InvalidTokenError, ValueError) as error:
        raise InvalidConfirmation from error
    if claims["sub"] != str(owner_id):
        raise InvalidConfirmation
    return step_id
