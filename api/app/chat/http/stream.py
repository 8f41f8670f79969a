"""Turns an answer's events into HTTP: server-sent events, or one JSON document.

The answer is a separate asyncio task, which is cancelled when the client disconnects or the pod stops.
"""

import asyncio
import contextlib
import enum
from collections.abc import AsyncGenerator
from http import HTTPStatus

import anyio
from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse
from starlette.types import Send

from app.chat.loop.answer import Answer
from app.chat.loop.views import Event
from app.chat.schemas import ChatReply, ErrorEvent, RetryEvent
from app.core.errors import Problem
from app.core.shutdown import shutdown

KEEP_ALIVE = 10.0  # seconds of silence
RETRY_AFTER_MS = 500  # by then the Service sends this pod no more requests
# No proxy may cache or buffer anything.
HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}


class _Signal(enum.Enum):
    END = "the answer has ended"
    STOP = "the pod stops"


def as_stream(answer: Answer) -> StreamingResponse:
    return _EventStream(_encoded(answer), media_type="text/event-stream", headers=HEADERS)


class _EventStream(StreamingResponse):
    """Closes its source when the client has disconnected, instead of leaving that to the garbage collector."""

    body_iterator: AsyncGenerator[bytes, None]

    async def stream_response(self, send: Send) -> None:
        async with contextlib.aclosing(self.body_iterator):
            await super().stream_response(send)


async def as_whole(answer: Answer) -> ChatReply:
    """Raises Problem if the answer fails."""
    async with contextlib.aclosing(_events(answer)) as events:
        async for event in events:
            if event and isinstance(event[1], RetryEvent):
                raise _stopping()
            if event and isinstance(event[1], ErrorEvent):
                raise _as_problem(event[1])
    return answer.whole()


def _stopping() -> Problem:
    detail = "This replica is stopping. Send the same request again."
    headers = {"Retry-After": "1"}
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, kind="replica-stopping", headers=headers)


def _as_problem(error: ErrorEvent) -> Problem:
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else None
    kind = error.problem.type.rpartition(":")[2] if error.problem.type.startswith("urn:") else ""
    return Problem(HTTPStatus(error.problem.status), error.problem.detail, kind=kind, headers=headers)


async def _encoded(answer: Answer) -> AsyncGenerator[bytes, None]:
    async with contextlib.aclosing(_events(answer)) as events:
        async for event in events:
            if event is None:
                yield format_sse_event(comment="keep-alive")
            else:
                yield format_sse_event(event=event[0], data_str=event[1].model_dump_json())


async def _events(answer: Answer) -> AsyncGenerator[Event | None, None]:
    """Yield events as they happen, and None after a while without one."""
    queue: asyncio.Queue[Event | _Signal] = asyncio.Queue()
    giving = asyncio.create_task(answer.give(queue.put_nowait))
    giving.add_done_callback(lambda _: queue.put_nowait(_Signal.END))
    stopping = asyncio.create_task(shutdown.stopping.wait())
    stopping.add_done_callback(lambda _: queue.put_nowait(_Signal.STOP))
    try:
        while True:
            try:
                event = await asyncio.wait_for(queue.get(), KEEP_ALIVE)
            except TimeoutError:
                yield None
                continue
            if isinstance(event, _Signal):
                break
            yield event
        if event is _Signal.END:
            giving.result()
        else:
            await _cancel(giving)
            yield "retry", RetryEvent(after_ms=RETRY_AFTER_MS)
    finally:
        stopping.cancel()
        await _cancel(giving)


async def _cancel(giving: "asyncio.Task[None]") -> None:
    """Wait until the answer has cleaned up, even if the client has disconnected, which cancels this task too."""
    giving.cancel()
    with anyio.CancelScope(shield=True):
        await asyncio.wait({giving})
