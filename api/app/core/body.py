"""Request bodies, plain ASGI: how large and how slow one may be, and what becomes of the rest of one that is refused.

A server that answers and closes while data is still coming resets the connection. The client may then lose the answer,
and a port-forward in between breaks for all its users. So the rest is read and dropped first, within bounds.
"""

import asyncio
import contextlib
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import Problem, problem_details, problem_response

DROPPED_BYTES = 8 * 1024 * 1024
DROPPED_SECONDS = 5.0


class BodyLimitMiddleware:
    """Refuses a request body of more than `limit` bytes, announced or not, with 413, and a slow one with 408.

    uvicorn itself waits for a body indefinitely.
    """

    def __init__(self, app: ASGIApp, limit: int, seconds: float) -> None:
        self._app = app
        self._limit = limit
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        body = _Body(receive, headers, self._limit, self._seconds)

        async def send_after_the_body(message: Message) -> None:
            if message["type"] == "http.response.start" and not await body.drop():
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        announced = headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > self._limit:
            problem = body.too_large
            response = problem_response(problem_details(scope["path"], problem.status_code, problem.detail))
            await response(scope, receive, send_after_the_body)
            return
        await self._app(scope, body.receive, send_after_the_body)


class _Body:
    """One request's."""

    def __init__(self, receive: Receive, headers: Headers, limit: int, seconds: float) -> None:
        self._receive = receive
        self._limit = limit
        self._received = 0
        self._deadline = asyncio.get_running_loop().time() + seconds
        self._complete = headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers
        self._comes_when_asked = headers.get("expect", "").lower() == "100-continue"
        self.too_large = Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The request body may hold at most {limit} bytes."
        )
        self._too_slow = Problem(
            HTTPStatus.REQUEST_TIMEOUT, f"The request body must arrive within {seconds:g} s."
        )

    async def receive(self) -> Message:
        """For the application. Raises Problem."""
        if (
            self._complete
        ):  # from now on this waits for the client to leave, which may take as long as it wants
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._next()
        except TimeoutError:
            raise self._too_slow from None
        if self._received > self._limit:
            raise self.too_large
        return message

    async def drop(self) -> bool:
        """Read what is left, within bounds; whether nothing is left."""
        if self._comes_when_asked and not self._received:
            return self._complete
        patience = asyncio.get_running_loop().time() + DROPPED_SECONDS
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(min(self._deadline, patience)):
                while not self._complete and self._received < DROPPED_BYTES:
                    await self._next()
        return self._complete

    async def _next(self) -> Message:
        message = await self._receive()
        self._complete = not message.get("more_body", False)
        self._received += len(message.get("body", b""))
        return message
