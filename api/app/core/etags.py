"""Conditional requests (RFC 9110, section 13): a version number as a strong entity tag, and weak ones for lists."""

import hashlib
from http import HTTPStatus
from typing import Annotated

from fastapi import Header

from app.core.errors import Problem

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="the ETag that the change is based on; if it is not current: 412"),
]
IfNoneMatch = Annotated[
    str | None,
    Header(
        alias="If-None-Match", description="the ETag of the copy that the client has; if it is current: 304"
    ),
]


def etag(version: int) -> str:
    return f'"{version}"'


def weak_etag(*parts: object) -> str:
    """For an answer that is the same as long as all of `parts` are."""
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:24]}"'


def require_match(if_match: str | None, version: int) -> None:
    """Raises Problem (412) if the header is there and names other versions only. A weak tag never matches."""
    if if_match is not None and not _names(if_match, etag(version)):
        detail = "The task has changed since you read it. Read it again and repeat your change."
        raise Problem(HTTPStatus.PRECONDITION_FAILED, detail, kind="stale-version")


def is_current(if_none_match: str | None, tag: str) -> bool:
    """Whether the client's copy is good. Here a weak tag is as good as a strong one."""
    return if_none_match is not None and _names(if_none_match.replace("W/", ""), tag.removeprefix("W/"))


def _names(header: str, tag: str) -> bool:
    named = {part.strip() for part in header.split(",")}
    return not named.isdisjoint({"*", tag})
