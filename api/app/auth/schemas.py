"""Bodies of the auth routes."""

import uuid
from typing import Annotated, Literal

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, StringConstraints

from app.core.fields import STORABLE, RequestModel, ResponseModel, UtcDatetime


def _normal_email(value: str) -> str:
    """Lower case, because no provider in use distinguishes Ann@ from ann@. No DNS query: it may be slow or fail."""
    try:
        return validate_email(value, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise ValueError("must be an e-mail address") from None  # the library's text would quote the input


Email = Annotated[
    str, Field(max_length=254, json_schema_extra={"format": "email"}), AfterValidator(_normal_email)
]
NewPassword = Annotated[str, Field(min_length=8, max_length=128, json_schema_extra={"format": "password"})]
Password = Annotated[str, Field(max_length=128, json_schema_extra={"format": "password"})]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80), STORABLE]


class Registration(RequestModel):
    email: Email
    password: NewPassword
    name: Name = ""


class Credentials(RequestModel):
    email: Email
    password: Password


class UserOut(ResponseModel):
    id: uuid.UUID
    email: str
    name: str
    created_at: UtcDatetime


class SessionOut(ResponseModel):
    """A token, its lifetime in seconds, and its user."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int
    user: UserOut
