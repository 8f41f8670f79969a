"""Field types that several domains share."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict


def _storable(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not contain the character NUL, which PostgreSQL cannot store")
    return value


def _to_utc(value: datetime) -> datetime:
    # The first and last day of the calendar have no room for another zone's offset.
    if not 1 < value.year < 9999:
        raise ValueError("must lie between the years 2 and 9998")
    return value.astimezone(UTC)


# Put it last, after the constraints: otherwise they would be checked before blanks are stripped.
STORABLE = AfterValidator(_storable)
UtcDatetime = Annotated[AwareDatetime, AfterValidator(_to_utc)]


class RequestModel(BaseModel):
    """A request body: what is not declared is refused, so that a misspelt field is an error."""

    model_config = ConfigDict(extra="forbid")


class ResponseModel(BaseModel):
    """A response body, built from a row or from keywords."""

    model_config = ConfigDict(from_attributes=True)
