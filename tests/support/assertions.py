"""Checks that every API error shares."""

from typing import Any

import httpx

FIELDS = {"type", "title", "status", "detail", "instance", "request_id"}
EXTENSIONS = {"errors", "current", "ids"}


def assert_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The body of an RFC 9457 problem with this status."""
    body: dict[str, Any] = answer.json()
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert body.keys() - EXTENSIONS == FIELDS
    assert body["status"] == status
    assert body["request_id"] == answer.headers["x-request-id"]
    assert body["instance"] == answer.request.url.path
    return body
