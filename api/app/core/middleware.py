"""The outermost layer, plain ASGI: request id, log line, last-resort error."""

import logging
import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core import context
from app.core.errors import INTERNAL_ERROR, problem_details, problem_response

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
log = logging.getLogger("app.request")


class RequestMiddleware:
    """Gives each request an id, answers an unforeseen error with a bare 500, and logs one line.

    `probed` are paths that probes request many times a minute: their successes are logged at DEBUG only.
    """

    def __init__(self, app: ASGIApp, pod: str, probed: frozenset[str]) -> None:
        self._app = app
        self._pod = pod
        self._probed = probed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = context.RequestContext(_request_id(scope))
        token = context.current.set(request)
        started, status = time.perf_counter(), 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request.request_id
                headers["X-Pod"] = self._pod
                headers.update(request.headers)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            log.exception("unhandled error")
            if status:  # the response has begun: only a cut connection can tell the client
                raise
            response = problem_response(problem_details(scope["path"], 500, INTERNAL_ERROR))
            await response(scope, receive, send_with_headers)
        finally:
            self._log(scope, status, started)
            context.current.reset(token)

    def _log(self, scope: Scope, status: int, started: float) -> None:
        """Status 0: the client left before the response began."""
        level = logging.INFO
        if status >= 500:
            level = logging.ERROR
        elif status < 400 and scope["path"] in self._probed:
            level = logging.DEBUG
        fields = {
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "duration_ms": round((time.perf_counter() - started) * 1000, 1),
        }
        log.log(level, "%s %s %d", scope["method"], scope["path"], status, extra=fields)


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _SANE_ID.fullmatch(given) else uuid.uuid4().hex
