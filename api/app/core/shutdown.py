"""Stops a server without losing a request.

Kubernetes sends SIGTERM. uvicorn would then close every idle keep-alive connection, and lose a request that is
on its way over one of them. So the process first drains for a few seconds: it still answers everything, but each
response says `Connection: close`, so that clients move to another replica. Only then does uvicorn's own handler
run. The production entry point stays the stock `uvicorn app.main:app`: the application's lifespan enters
`shutdown.drain_before_stop()`. Knows nothing of settings, routes or the database.
"""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SignalHandler = Callable[[int, FrameType | None], object]
TURNS_TO_READ = 5
"""Turns of the event loop before uvicorn closes: to accept and read what arrived while the machine was busy."""


class Shutdown:
    """Whether the process is draining or stopping; the rest of the application may ask."""

    def __init__(self) -> None:
        self.draining = False
        """SIGTERM came. Requests are still answered, clients are asked to go elsewhere, readiness is 503."""
        self.stopping = asyncio.Event()
        """Draining is over and uvicorn shuts down. Streams must end."""

    @contextmanager
    def drain_before_stop(self, seconds: float) -> Iterator[None]:
        """Delay uvicorn's SIGTERM handler by `seconds` and drain meanwhile. Enter it inside the event loop.

        A second SIGTERM ends the wait immediately, and SIGINT never waits. Where uvicorn has no handlers (a
        test client, a thread) nothing changes.
        """
        self.draining, self.stopping = False, asyncio.Event()
        uvicorns = _uvicorns_handlers()
        ours = {number: self._delaying(handler, seconds) for number, handler in uvicorns.items()}
        for number, handler in ours.items():
            signal.signal(number, handler)
        try:
            yield
        finally:
            for number, handler in ours.items():
                # A handler that was installed in the meantime stays.
                if signal.getsignal(number) is handler:
                    signal.signal(number, uvicorns[number])

    def _delaying(self, uvicorns: SignalHandler, seconds: float) -> SignalHandler:
        loop = asyncio.get_running_loop()

        def stop(number: int, turns: int) -> None:
            if turns:
                loop.call_soon(stop, number, turns - 1)
                return
            self.stopping.set()
            uvicorns(number, None)

        def on_signal(number: int, _frame: FrameType | None) -> None:
            waits = number == signal.SIGTERM and not self.draining
            self.draining = True
            # A signal handler interrupts the loop anywhere; this is the only call that is safe there.
            delay = seconds if waits else 0
            loop.call_soon_threadsafe(loop.call_later, delay, stop, number, TURNS_TO_READ)

        return on_signal


def _uvicorns_handlers() -> dict[signal.Signals, SignalHandler]:
    """The handlers that uvicorn installed before it started the lifespan; empty if it installed none."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    installed = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    if not callable(installed[signal.SIGTERM]):
        return {}
    return {number: handler for number, handler in installed.items() if callable(handler)}


shutdown = Shutdown()


class ConnectionCloseWhileDraining:
    """Pure ASGI middleware; outermost, so that error responses carry the header too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_asking_to_leave(message: Message) -> None:
            if message["type"] == "http.response.start" and shutdown.draining:
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        await self.app(scope, receive, send_asking_to_leave if scope["type"] == "http" else send)
