"""Table of the token buckets that all replicas share."""

from datetime import datetime

from sqlalchemy import DateTime
from sqlmodel import Field, SQLModel


class RateLimit(SQLModel, table=True):
    """One bucket: what is used of it, and when that was. Unlogged: a crash of PostgreSQL may forget it."""

    __tablename__ = "rate_limits"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    bucket: bytes = Field(primary_key=True)
    used: float
    refused: bool
    at: datetime = Field(sa_type=DateTime(timezone=True))
