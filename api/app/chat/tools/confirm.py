"""Tokens that stand for "the user has read this and may say yes". Any replica can make and honour them.

A token names a step of an answer and is good for its owner only. What is to be done stands in the step's row;
that it happens once is up to the row as well.
"""

import uuid
from datetime import datetime

import jwt

CONFIRM_WITHIN = 300  # seconds
_ALGORITHM = "HS256"
# An audience of its own: neither can such a token log in, nor a login token confirm.
_AUDIENCE = "todo-chat-confirmation"


class InvalidConfirmation(Exception):
    """Forged, malformed, or somebody else's."""


class ExpiredConfirmation(Exception):
    """It was good once."""


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
