"""The language model for the agent: messages in, one reply out, with a circuit breaker and a fallback model."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal

from fastapi.concurrency import run_in_threadpool
from prometheus_client import Histogram

from app.chat.model import faults
from app.chat.model.breaker import Breaker
from app.chat.model.faults import BadGeneration, Fault
from app.chat.model.groq_client import GroqClient, ModelOut, Patience
from app.chat.model.reply import Message, Reply
from app.core.config import Settings

FALLBACK_MODEL = "openai/gpt-oss-20b"
_BUCKETS = (0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 21, 34)  # seconds
OnText = Callable[[str], None]
log = logging.getLogger("app.chat")
LOG_FIELDS = ("model", "outcome", "tool", "prompt_tokens", "completion_tokens", "requests_left")
# Their debug lines contain prompts. Our own log has the content of their info lines.
for _name in ("groq", "httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class LanguageModel:
    """Can serve many answers concurrently. `tools` are definitions in Groq's format."""

    def __init__(self, settings: Settings, tools: Sequence[Any], patience: Patience | None = None) -> None:
        self._patience = patience or Patience()
        self._model = settings.groq_model
        self._client: GroqClient | None = None
        if settings.groq_api_key:
            self._client = GroqClient(settings.groq_api_key, settings.groq_base_url, tools, self._patience)
        self.breaker = Breaker()
        self.durations = Histogram(
            "todo_assistant_call_duration_seconds",
            "Calls of the language model, by outcome: ok, cancelled, failed.",
            ["outcome"],
            buckets=_BUCKETS,
            registry=None,
        )

    def check(self) -> None:
        """Raises Fault if a call would fail now anyway."""
        if self._client is None:
            raise faults.not_configured()
        self.breaker.check()

    async def warm_up(self) -> None:
        if self._client:
            await run_in_threadpool(self._client.warm_up)

    async def close(self) -> None:
        if self._client:
            await self._client.close()

    async def reply(
        self,
        messages: Sequence[Message],
        *,
        tool_choice: Literal["auto", "none"],
        on_text: OnText,
        seconds: float,
    ) -> Reply:
        """One generation. Raises Fault, or BadGeneration if Groq refused the model's output."""
        if self._client is None:
            raise faults.not_configured()
        line = _CallLog(self._model, self.durations)
        try:
            with self.breaker.guard():
                async with _deadline(seconds, self._patience.call):
                    reply = await self._ask(self._client, messages, tool_choice, on_text)
            line.reply, line.outcome = reply, "ok"
            return reply
        except Fault as fault:
            line.outcome = fault.reason
            raise
        except BadGeneration:
            line.outcome = "tool_use_failed"
            raise
        finally:
            line.write()

    async def _ask(
        self,
        client: GroqClient,
        messages: Sequence[Message],
        tool_choice: Literal["auto", "none"],
        on_text: OnText,
    ) -> Reply:
        """Fall back to the second model if the first is unknown or broken, unless that one has begun to answer."""
        spoken = False

        def note(text: str) -> None:
            nonlocal spoken
            spoken = True
            on_text(text)

        try:
            return await client.generate(self._model, messages, tool_choice, note)
        except ModelOut as out:
            if spoken or self._model == FALLBACK_MODEL:
                raise out.fault from None
            log.warning("%s: asking %s instead of %s", out.fault.reason, FALLBACK_MODEL, self._model)
        try:
            return await client.generate(FALLBACK_MODEL, messages, tool_choice, note)
        except ModelOut as out:
            raise out.fault from None


class _CallLog:
    """One log line for each call, without any of its text, and its duration for the metrics."""

    def __init__(self, model: str, durations: Histogram) -> None:
        self._durations = durations
        self.reply = Reply(model)
        self.outcome = "cancelled"
        self._started = time.perf_counter()

    def write(self) -> None:
        seconds = time.perf_counter() - self._started
        expected = self.outcome in ("ok", "cancelled")
        self._durations.labels(self.outcome if expected else "failed").observe(seconds)
        level = logging.INFO if expected else logging.WARNING
        called = ",".join(call.name for call in self.reply.calls if call.name.isidentifier())
        details = {
            "model": self.reply.model,
            "outcome": self.outcome,
            "tool": called[:100] or None,
            "prompt_tokens": self.reply.prompt_tokens,
            "completion_tokens": self.reply.completion_tokens,
            "requests_left": self.reply.requests_left or None,
            "duration_ms": round(seconds * 1000),
        }
        log.log(level, "model call: %s", self.outcome, extra=details)


@asynccontextmanager
async def _deadline(left: float, for_one_call: float) -> AsyncIterator[None]:
    """A timeout is not Groq's fault if the answer had little time left."""
    try:
        async with asyncio.timeout(min(left, for_one_call)):
            yield
    except TimeoutError:
        raise (faults.too_slow() if left < for_one_call else faults.unreachable("timeout")) from None
