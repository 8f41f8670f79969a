"""The end of a server's life, without losing a request.

Kubernetes sends SIGTERM; uvicorn then closes every idle keep-alive connection, and a request that is on its
way over one of them is lost. So the process first limps for a few seconds (the "lame duck"): it still answers
everything, but each response says `Connection: close`, so that clients move to another replica by themselves.
Only then does uvicorn's own handler run. The production entry point stays the stock `uvicorn app.main:app`:
the application's lifespan puts `lifecycle.lame_duck()` around itself. Knows nothing of settings, routes or
the database.
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
"""Of the event loop, before uvicorn closes: to accept and read what arrived while a busy machine let us sleep."""


class Lifecycle:
    """What the rest of the application may ask about the process's last seconds."""

    def __init__(self) -> None:
        self.draining = False
        """SIGTERM came: answer, but ask clients to go elsewhere; readiness answers 503."""
        self.stopping = asyncio.Event()
        """The lame duck is over, uvicorn shuts down: whoever streams should come to an end."""

    @contextmanager
    def lame_duck(self, seconds: float) -> Iterator[None]:
        """Delay uvicorn's SIGTERM handler by `seconds`, draining meanwhile. To be entered in the event loop.

        A second SIGTERM ends the wait at once, and SIGINT never waits. Where uvicorn has no handlers (a
        test client, a thread) nothing is changed.
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
                # Whoever has taken the signal over in the meantime keeps it.
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
            # A handler interrupts the loop anywhere, and this is the only call that is safe there.
            delay = seconds if waits else 0
            loop.call_soon_threadsafe(loop.call_later, delay, stop, number, TURNS_TO_READ)

        return on_signal


def _uvicorns_handlers() -> dict[signal.Signals, SignalHandler]:
    """What uvicorn installed for its two signals before it started the lifespan; empty if it did not."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    installed = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    if not callable(installed[signal.SIGTERM]):
        return {}
    return {number: handler for number, handler in installed.items() if callable(handler)}


lifecycle = Lifecycle()


class ConnectionCloseWhileDraining:
    """Pure ASGI middleware; outermost, so that error answers carry the header as well."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_asking_to_leave(message: Message) -> None:
            if message["type"] == "http.response.start" and lifecycle.draining:
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        await self.app(scope, receive, send_asking_to_leave if scope["type"] == "http" else send)
