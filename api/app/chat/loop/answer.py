"""One answer from its start to any kind of end: events for the client, and the state in the database."""

import asyncio
import logging
import uuid
from collections.abc import Callable
from http import HTTPStatus

from fastapi.concurrency import run_in_threadpool

from app.chat.loop import prompt
from app.chat.loop.agent import Agent, Audience, Limits
from app.chat.loop.journal import Journal, TurnLost
from app.chat.loop.threads import to_the_end
from app.chat.loop.views import Event, StepView, error_event
from app.chat.model.faults import Fault
from app.chat.model.llm import LanguageModel
from app.chat.schemas import ChatReply, DoneEvent, TextEvent, ToolStarted, Usage
from app.chat.store import turns
from app.chat.store.leases import Leases
from app.chat.store.models import TurnState
from app.chat.store.turns import Record
from app.chat.tools import registry
from app.chat.tools.arguments import Arguments
from app.chat.tools.registry import Tool
from app.core.db.database import Database
from app.core.db.patience import DATABASE_DOWN
from app.core.errors import INTERNAL_ERROR, Problem, database_problem

log = logging.getLogger("app.chat")


class Answer:
    """Emits one answer. An answer on record as done is replayed from the database."""

    def __init__(
        self,
        model: LanguageModel,
        leases: Leases,
        database: Database,
        record: Record,
        runner: uuid.UUID,
        view: StepView,
        limits: Limits,
    ) -> None:
        self._turn, self._steps = record
        self._database = database
        self._leases = leases
        self._runner = runner
        self._view = view
        self._journal = Journal(database, self._turn, runner)
        self._agent = Agent(model, self._journal, self._audience(), self._steps, limits)
        self._emit: Callable[[Event], None] = lambda _: None

    async def give(self, emit: Callable[[Event], None]) -> None:
        """Emit every event, `done` or `error` last. If cancelled, another replica can continue the answer."""
        self._emit = emit
        done = self._turn.state == "done"
        for step in self._steps:
            if step.text and not done:
                self._agent.say(step.text)
            for event in self._view.replayed(step):
                emit(event)
        if done:
            self._agent.said, self._agent.usage = self._turn.answer, Usage.model_validate(self._turn.usage)
            emit(("text", TextEvent(delta=self._turn.answer)))
            emit(self._done())
            return
        with self._leases.held(self._runner):
            await self._run()

    def whole(self) -> ChatReply:
        """The whole answer, after `give`."""
        events = [self._view.tool_event(step) for step in self._steps]
        return ChatReply(
            message_id=self._turn.id,
            text=self._agent.said,
            tools=events,
            confirmation=next((event.confirmation for event in events if event.confirmation), None),
            usage=self._agent.usage,
        )

    async def _run(self) -> None:
        try:
            earlier = await run_in_threadpool(turns.history, self._database, self._turn)
            await self._agent.answer(prompt.history(earlier), self._turn.message)
            await self._finish("done")
            self._emit(self._done())
        except Fault as fault:
            log.warning("no answer: %s", fault.reason)
            await self._fail(fault.problem(), retry=fault.retry)
        except TurnLost:
            detail = "The conversation was cleared, or another replica is answering."
            self._emit(error_event(Problem(HTTPStatus.CONFLICT, detail, kind="answer-lost"), retry=False))
        except DATABASE_DOWN as error:
            problem = database_problem(error)
            log.warning("no answer: %s", problem.kind)
            self._emit(error_event(problem, retry=True))
        except asyncio.CancelledError:
            await self._leave("interrupted")
            raise
        except Exception:
            log.exception("no answer: unhandled error")
            problem = Problem(HTTPStatus.INTERNAL_SERVER_ERROR, INTERNAL_ERROR)
            await self._fail(problem, retry=False)

    async def _fail(self, problem: Problem, *, retry: bool) -> None:
        await self._leave("failed")
        self._emit(error_event(problem, retry=retry))

    async def _leave(self, state: TurnState) -> None:
        """End without an answer. If even that can't be written, the lease expires."""
        try:
            await self._finish(state)
        except (TurnLost, *DATABASE_DOWN) as error:
            log.warning("the answer stays open: %s", type(error).__name__)

    async def _finish(self, state: TurnState) -> None:
        finish = self._journal.finish
        await to_the_end(run_in_threadpool(finish, state, self._agent.said, self._agent.usage))

    def _audience(self) -> Audience:
        def on_text(delta: str) -> None:
            self._emit(("text", TextEvent(delta=delta)))

        def on_start(call_id: str, tool: Tool, arguments: Arguments) -> None:
            summary = registry.doing(arguments)
            self._emit(("tool_started", ToolStarted(call_id=call_id, tool=tool.name, summary=summary)))

        return Audience(on_text, on_start, lambda step: self._emit(self._view.finished(step)))

    def _done(self) -> Event:
        return "done", DoneEvent(message_id=self._turn.id, usage=self._agent.usage)
