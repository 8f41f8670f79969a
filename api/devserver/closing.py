"""Wraps the application that a worker serves, so that no connection outlives its response."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ClosingConnections:
    """ASGI middleware that closes each connection after its response, and keeps the reason why startup failed.

    No connection is kept alive: a request that arrives over an idle one while the worker stops would be lost. A new
    connection waits in the parent's listening socket until the next worker accepts it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.startup_error: BaseException | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
            return

        async def send_and_close(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        await self._app(scope, receive, send_and_close if scope["type"] == "http" else send)

    async def _lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_and_note(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed":
                self.startup_error = RuntimeError(message.get("message", ""))
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except BaseException as exc:
            self.startup_error = exc
            raise
