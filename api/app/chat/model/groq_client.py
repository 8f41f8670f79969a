"""Groq's SDK: one generation, streamed. Only this module knows it.

The SDK is imported in a thread after the start. It costs 0.1 s of CPU, which a pod needs elsewhere in its first second.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from fastapi.concurrency import run_in_threadpool
from pydantic import SecretStr

from app.chat.model import faults
from app.chat.model.clean import CleanStream
from app.chat.model.faults import Fault
from app.chat.model.reply import MAX_CALLS, Message, Reply, ToolCall

if TYPE_CHECKING:
    import httpx
    from groq import AsyncGroq

# Seconds that the SDK may wait for a rate limit to end. Its own limit is 60.
LONGEST_WAIT = 2.0
ANSWER_TOKENS = 2048


@dataclass(frozen=True)
class Patience:
    """Seconds."""

    connect: float = 3
    read: float = 20
    call: float = 25  # with the SDK's one retry


class ModelOut(Exception):
    """This model is unknown or broken; another one may work."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


class GroqClient:
    def __init__(self, key: SecretStr, base_url: str, tools: Sequence[Any], patience: Patience) -> None:
        self._key = key
        self._base_url = base_url
        self._tools = tools
        self._patience = patience
        self._sdk: AsyncGroq | None = None
        self._building = threading.Lock()

    def warm_up(self) -> None:
        """Import the SDK and build the client. Slow, so not on the event loop."""
        with self._building:
            if self._sdk is None:
                self._sdk = self._build()

    async def close(self) -> None:
        if self._sdk:
            await self._sdk.close()

    async def generate(
        self,
        model: str,
        messages: Sequence[Message],
        tool_choice: Literal["auto", "none"],
        on_text: Callable[[str], None],
    ) -> Reply:
        """Raises Fault, ModelOut or BadGeneration; none of the SDK's errors, which hold requests and responses."""
        if self._sdk is None:
            await run_in_threadpool(self.warm_up)
        import groq
        import httpx

        try:
            return await self._stream(model, messages, tool_choice, on_text)
        except groq.APIStatusError as error:
            wait = _seconds(error.response.headers.get("retry-after"))
            found = faults.from_status(error.status_code, error.body, wait)
            if isinstance(found, Fault) and (error.status_code == 404 or error.status_code >= 500):
                raise ModelOut(found) from None
            raise found from None
        except groq.APIConnectionError as error:
            raise faults.unreachable(type(error).__name__) from None
        except groq.APIError as error:  # in mid-stream
            raise faults.from_status(0, error.body, None) from None
        # Cut off or garbled in mid-stream: the SDK does not validate what it reads.
        except (httpx.HTTPError, ValueError, AttributeError, TypeError) as error:
            raise faults.unreachable(type(error).__name__) from None

    async def _stream(
        self, model: str, messages: Sequence[Message], tool_choice: str, on_text: Callable[[str], None]
    ) -> Reply:
        assert self._sdk is not None  # noqa: S101 - `generate` has built it
        stream: Any = await self._sdk.chat.completions.create(  # type: ignore[call-overload]
            model=model,
            messages=_fit(messages, model),
            tools=self._tools,
            tool_choice=tool_choice,
            disable_tool_validation=True,  # a call to an unknown tool comes back instead of failing
            stream=True,
            temperature=0.2,
            max_completion_tokens=ANSWER_TOKENS,
            **_options(model),
        )
        async with stream:
            reply = Reply(model)
            reply.requests_left = stream.response.headers.get("x-ratelimit-remaining-requests", "")
            await _collect(stream, reply, on_text)
            return reply

    def _build(self) -> "AsyncGroq":
        import groq

        timeout = groq.Timeout(self._patience.read, connect=self._patience.connect)
        hooks = {"response": [_no_long_wait]}
        return groq.AsyncGroq(
            api_key=self._key.get_secret_value(),
            base_url=self._base_url,
            timeout=timeout,
            max_retries=1,
            http_client=groq.DefaultAsyncHttpxClient(timeout=timeout, event_hooks=hooks),
        )


async def _collect(stream: Any, reply: Reply, on_text: Callable[[str], None]) -> None:
    """Assemble the reply. Raises Fault if the stream ends early."""
    finished = False
    text, reasoning = CleanStream(), CleanStream()
    async for chunk in stream:
        extra = chunk.x_groq
        if extra and extra.error:
            raise faults.unreachable("stopped early")
        if extra and extra.usage:
            reply.prompt_tokens = extra.usage.prompt_tokens
            reply.completion_tokens = extra.usage.completion_tokens
        for choice in chunk.choices or []:
            _add(reply, choice.delta, on_text, text, reasoning)
            finished = finished or bool(choice.finish_reason)
    if not finished:
        raise faults.unreachable("cut off")


def _add(
    reply: Reply, delta: Any, on_text: Callable[[str], None], text: CleanStream, reasoning: CleanStream
) -> None:
    if delta.reasoning:
        reply.reasoning += reasoning.add(delta.reasoning)
    if delta.content and (said := text.add(delta.content)):
        reply.text += said
        on_text(said)
    for piece in delta.tool_calls or []:
        if not 0 <= piece.index < MAX_CALLS:
            raise ValueError("no such index")
        while len(reply.calls) <= piece.index:
            reply.calls.append(ToolCall())
        call = reply.calls[piece.index]
        if piece.function:
            call.name += piece.function.name or ""
            call.arguments += piece.function.arguments or ""


def _reasons(model: str) -> bool:
    return "gpt-oss" in model


def _options(model: str) -> dict[str, Any]:
    return {"reasoning_effort": "low"} if _reasons(model) else {}


def _fit(messages: Sequence[Message], model: str) -> list[Message]:
    """gpt-oss needs its reasoning back between the calls of one answer; other models refuse the field."""
    if _reasons(model):
        return list(messages)
    return [{name: value for name, value in each.items() if name != "reasoning"} for each in messages]


async def _no_long_wait(response: "httpx.Response") -> None:
    """The SDK obeys this header: an error now, with its Retry-After, is better than a minute of silence."""
    if response.status_code == 429 and (_seconds(response.headers.get("retry-after")) or 0) > LONGEST_WAIT:
        response.headers["x-should-retry"] = "false"


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None
