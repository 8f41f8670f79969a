"""What is known about the request being served: for log lines, error bodies and response headers."""

from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass
class RequestContext:
    """One request. `user_id` is filled in by the authentication, which runs deeper down."""

    request_id: str
    user_id: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    """For the answer, whatever that is."""


# A handler in a worker thread shares the object, it gets no copy: that is why `user_id` can be set there.
current: ContextVar[RequestContext | None] = ContextVar("request", default=None)
