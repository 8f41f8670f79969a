"""What can go wrong with Groq, in the API's own words. No text from Groq reaches a client or the log.

Its messages quote the request, which holds the user's tasks and, in a header, the key.
"""

import json
import math
from http import HTTPStatus
from typing import Any

from app.chat.model.clean import clean
from app.core.errors import Problem

DEFAULT_WAIT = 5  # seconds
TOO_LARGE = "assistant-request-too-large"


class Fault(Exception):
    """The assistant can't answer now. `outage` counts against the circuit breaker; `reason` is for the log."""

    def __init__(
        self,
        reason: str,
        detail: str,
        *,
        kind: str = "assistant-unavailable",
        status: HTTPStatus = HTTPStatus.SERVICE_UNAVAILABLE,
        retry_after: int | None = DEFAULT_WAIT,
        outage: bool = False,
        retry: bool = True,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
        self.kind = kind
        self.status = status
        self.retry_after = retry_after
        self.outage = outage
        self.retry = retry

    def problem(self) -> Problem:
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after else None
        return Problem(self.status, self.detail, kind=self.kind, headers=headers)


class BadGeneration(Exception):
    """Groq refused its model's output (`tool_use_failed`). `text` is that output, which may be anything."""

    def __init__(self, text: str, *, unparsable: bool) -> None:
        super().__init__("tool_use_failed")
        self.text = text
        self.unparsable = unparsable

    def call(self) -> tuple[str, str] | None:
        """Name and arguments, if the text is a call that just didn't fit its schema."""
        try:
            found = json.loads(self.text)
        except ValueError:
            return None
        if not isinstance(found, dict) or not isinstance(found.get("name"), str):
            return None
        arguments = found.get("arguments", found.get("parameters", {}))
        return found["name"], arguments if isinstance(arguments, str) else json.dumps(arguments)

    def is_prose(self) -> bool:
        """The model answered in words where a call was expected."""
        return bool(self.text.strip()) and not self.unparsable and self.text.strip()[0] not in "{[<"


def not_configured() -> Fault:
    detail = "The assistant has no key: set GROQ_API_KEY."
    return Fault("no key", detail, kind="assistant-not-configured", retry_after=None, retry=False)


def unreachable(reason: str) -> Fault:
    return Fault(reason, "The assistant is not responding at the moment.", outage=True)


def resting(seconds: float) -> Fault:
    detail = "The assistant has failed several times in a row. Try again shortly."
    return Fault("circuit breaker open", detail, retry_after=max(1, math.ceil(seconds)))


def rate_limited(seconds: float) -> Fault:
    wait = max(1, math.ceil(seconds))
    return Fault(
        "rate limit",
        f"The assistant has reached its rate limit. Try again in {wait} s.",
        kind="assistant-rate-limited",
        status=HTTPStatus.TOO_MANY_REQUESTS,
        retry_after=wait,
    )


def too_slow() -> Fault:
    return Fault("deadline", "The assistant took too long.")


def too_large() -> Fault:
    """The request is too large, not the rate: the conversation and the tools' results exceed the model's limit."""
    return Fault(
        "request too large",
        "This is too much for the assistant at once. Ask for fewer tasks, or clear the conversation.",
        kind=TOO_LARGE,
        status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        retry_after=None,
        retry=False,
    )


def from_status(status: int, body: Any, retry_after: float | None) -> Fault | BadGeneration:
    """For an HTTP error, or (with status 0) an error in mid-stream. The body's shape differs between the two."""
    error = body.get("error", body) if isinstance(body, dict) else {}
    code = error.get("code") if isinstance(error, dict) else None
    if code == "tool_use_failed":
        unparsable = "parse" in str(error.get("message", ""))
        return BadGeneration(clean(str(error.get("failed_generation") or "")), unparsable=unparsable)
    reason = f"HTTP {status} {_word(code)}" if status else f"error in mid-stream {_word(code)}"
    if status == 413 or code == "context_length_exceeded" or _is_too_large(error):
        return too_large()
    if status == 429 or code == "rate_limit_exceeded":
        return rate_limited(DEFAULT_WAIT if retry_after is None else retry_after)
    if status in (401, 403):
        detail = "Groq does not accept the assistant's key: check GROQ_API_KEY."
        return Fault(reason, detail, retry_after=30, outage=True, retry=False)
    if status == 0 or status >= 498:  # Groq's 498: no capacity
        return unreachable(reason)
    return Fault(reason, "The assistant could not process this request.")


def _is_too_large(error: Any) -> bool:
    """Groq's code for it is that of the rate limit, and in mid-stream there is no status."""
    return isinstance(error, dict) and str(error.get("message", "")).startswith("Request too large")


def _word(code: object) -> str:
    """An error code is one word; anything else is kept out of the log."""
    return code if isinstance(code, str) and code.replace("_", "").isalnum() and len(code) < 50 else ""
