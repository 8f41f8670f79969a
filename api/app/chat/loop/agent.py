"""The loop: ask the model, run the tools it calls, give it their results, until it answers in words.

The limits of one answer are here. What a call may do, and when the user is asked first, is up to the journal. Knows
neither HTTP nor SQL nor Groq.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from fastapi.concurrency import run_in_threadpool

from app.chat.loop import prompt
from app.chat.loop.journal import Journal, Said
from app.chat.loop.threads import to_the_end
from app.chat.model import faults
from app.chat.model.clean import clean_json
from app.chat.model.faults import BadGeneration, Fault
from app.chat.model.llm import LanguageModel
from app.chat.model.reply import MAX_CALLS, Message, Reply, ToolCall
from app.chat.schemas import Usage
from app.chat.store.models import ChatStep
from app.chat.tools import registry
from app.chat.tools.arguments import Arguments
from app.chat.tools.registry import BadCall, Tool
from app.chat.tools.steps import call_id
from app.core.models import new_id


@dataclass(frozen=True)
class Limits:
    """Limits of one answer. `repairs` is how many invalid calls the model may make before it has to finish."""

    rounds: int = 8
    repairs: int = 2
    seconds: float = 45


@dataclass(frozen=True)
class Audience:
    """Who is informed during an answer: `on_start` before a step, `on_step` after it."""

    on_text: Callable[[str], None]
    on_start: Callable[[str, Tool, Arguments], None]
    on_step: Callable[[ChatStep], None]


class _GiveUp(Exception):
    """The model has made too many invalid calls."""


class Agent:
    """One answer. `said` and `usage` are valid at any time, also after a failure."""

    def __init__(
        self,
        model: LanguageModel,
        journal: Journal,
        audience: Audience,
        steps: list[ChatStep],
        limits: Limits,
    ) -> None:
        self._model = model
        self._journal = journal
        self._audience = audience
        self._limits = limits
        self._messages: list[Message] = []
        self._repairs_left = limits.repairs
        self._deadline = time.monotonic() + limits.seconds
        self.steps = steps
        self.said = ""
        self.usage = Usage()

    async def answer(self, earlier: list[Message], message: str) -> None:
        """Run the whole answer. Continues after the steps on record. Raises Fault or TurnLost."""
        begin = [prompt.system(datetime.now(self._journal.zone)), *earlier, prompt.user(message)]
        self._messages = begin + [each for step in self.steps for each in prompt.call(step)]
        try:
            for _ in range(self._limits.rounds - len(self.steps)):
                reply = await self._ask()
                if reply.text.strip() and not reply.calls:
                    return
                if not reply.calls:
                    self._needs_repair()
                for call in reply.calls[:MAX_CALLS]:
                    await self._call(call, reply)
        except _GiveUp:
            pass
        await self._wrap_up()

    async def _ask(self, tool_choice: Literal["auto", "none"] = "auto") -> Reply:
        """The reply; an empty one if the model wrote nothing usable."""
        separator = "\n\n" if self.said else ""

        def on_text(text: str) -> None:
            nonlocal separator
            self.say(separator + text)
            separator = ""

        left = self._deadline - time.monotonic()
        if left <= 0:
            raise faults.too_slow()
        try:
            reply = await self._model.reply(
                self._messages, tool_choice=tool_choice, on_text=on_text, seconds=left
            )
        except BadGeneration as bad:
            return self._salvage(bad, on_text)
        except Fault as fault:
            shorter = prompt.shortened(self._messages) if fault.kind == faults.TOO_LARGE else None
            if shorter is None:
                raise
            self._messages = shorter
            return await self._ask(tool_choice)
        self.usage.model_calls += 1
        self.usage.prompt_tokens += reply.prompt_tokens
        self.usage.completion_tokens += reply.completion_tokens
        return reply

    def _salvage(self, bad: BadGeneration, on_text: Callable[[str], None]) -> Reply:
        """A reply that Groq refused may still be a call with an error that we can explain, or simply an answer."""
        self.usage.model_calls += 1
        if call := bad.call():
            return Reply("", calls=[ToolCall(*call)])
        if bad.is_prose():
            on_text(bad.text)
            return Reply("", text=bad.text)
        return Reply("")

    async def _call(self, call: ToolCall, reply: Reply) -> None:
        try:
            tool, arguments = registry.parse(
                call.name, _decoded(call.arguments), {"zone": self._journal.zone}
            )
        except BadCall as bad:
            self._needs_repair()
            self._told(call.name if call.name.isidentifier() else "unknown", "{}", {"error": str(bad)})
            return
        if earlier := self._repeated(tool, arguments):
            self._needs_repair()
            told = {"status": "You have done exactly this already.", "result": earlier.result}
            self._told(tool.name, json.dumps(earlier.arguments), told)
            return
        step_id = new_id()
        self._audience.on_start(call_id(step_id), tool, arguments)
        said = Said(reply.text, reply.reasoning)
        step = await to_the_end(run_in_threadpool(self._journal.perform, step_id, tool, arguments, said))
        self.steps.append(step)
        self._messages += prompt.call(step)
        self._audience.on_step(step)

    def _repeated(self, tool: Tool, arguments: Arguments) -> ChatStep | None:
        """The user never wants the same change twice. The model has lost its way."""
        if tool.unasked is None:
            return None
        wanted = (tool.name, registry.as_json(arguments))
        same = (step for step in self.steps if (step.tool, step.arguments) == wanted)
        return next((step for step in same if step.state != "failed"), None)

    def _told(self, name: str, arguments: str, result: dict[str, Any]) -> None:
        self._messages += prompt.call_and_result(f"call_{new_id().hex}", name, arguments, result)

    def _needs_repair(self) -> None:
        self._repairs_left -= 1
        if self._repairs_left < 0:
            raise _GiveUp

    def say(self, text: str) -> None:
        self.said += text
        self._audience.on_text(text)

    async def _wrap_up(self) -> None:
        """Finish in words: the model's if possible, otherwise a summary of what was done."""
        self._messages.append({"role": "system", "content": prompt.WRAP_UP})
        try:
            if (await self._ask("none")).text.strip():
                return
        except Fault:
            if not self.steps:
                raise
        changes = [step for step in self.steps if step.tool != "list_tasks" and step.state != "failed"]
        done = "".join(f"{step.event['summary']}. " for step in changes)
        separator = "\n\n" if self.said else ""
        rest = "the rest" if changes else "that"
        self.say(f"{separator}{done}I couldn't work {rest} out. Please rephrase it.")


def _decoded(arguments: str) -> Any:
    try:
        return clean_json(json.loads(arguments or "{}"))
    except ValueError:
        return None
