"""Bodies of the auth routes."""

import uuid
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from app.auth.email import normal_email
from app.core.fields import STORABLE, RequestModel, ResponseModel, UtcDatetime

Email = Annotated[
    str, Field(max_length=254, json_schema_extra={"format": "email"}), AfterValidator(normal_email)
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
