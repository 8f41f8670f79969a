"""Tables of accounts, of attempts to log in, and of the key that signs tokens."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime
from sqlmodel import Field, SQLModel

from app.core.models import new_id, now


class User(SQLModel, table=True):
    """An account. `email` is stored in lower case, so that one address is one account."""

    __tablename__ = "users"

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    email: str = Field(unique=True)
    name: str
    password_hash: str
    created_at: datetime = Field(default_factory=now, sa_type=DateTime(timezone=True))


class SigningKey(SQLModel, table=True):
    """The key that signs tokens when JWT_SECRET is not set: at most one row, shared by all replicas."""

    __tablename__ = "signing_keys"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    secret: str


class LoginAttempts(SQLModel, table=True):
    """Attempts with one e-mail address since its window began; a successful login deletes the row."""

    __tablename__ = "login_attempts"

    email_digest: bytes = Field(primary_key=True)
    attempts: int
    ends_at: datetime = Field(index=True, sa_type=DateTime(timezone=True))
