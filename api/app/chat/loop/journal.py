"""The record of an answer in progress: every tool call is written in the transaction of its effect.

Each transaction first locks the turn's row and checks that the answer still belongs to this runner. If two pods both
believe they are the runner (one came back after its lease expired), only one can write.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select, update

from app.chat.consent.covers import covers
from app.chat.consent.said import said as said_by
from app.chat.schemas import Usage
from app.chat.store.models import ChatStep, ChatTurn, TurnState
from app.chat.store.turns import earlier_turns, steps_of
from app.chat.tools import registry
from app.chat.tools.arguments import Arguments
from app.chat.tools.effects import Scope, scope_of
from app.chat.tools.registry import Tool
from app.chat.tools.steps import carry_out, record_failure, record_question, within_bounds
from app.core.db.database import Database
from app.core.errors import Problem

Fill = Callable[[ChatStep, Session, ChatTurn, list[ChatStep]], None]


class TurnLost(Exception):
    """Another runner owns the answer now, or the conversation was cleared."""


@dataclass(frozen=True)
class Said:
    """What the model said with a tool call."""

    text: str = ""
    reasoning: str = ""


class Journal:
    """Blocking, so for worker threads. No method keeps its session open after it returns."""

    def __init__(self, database: Database, turn: ChatTurn, runner: uuid.UUID) -> None:
        self._database = database
        self._turn_id = turn.id
        self._owner_id = turn.owner_id
        self._runner = runner
        self.zone = ZoneInfo(turn.time_zone)

    def perform(self, step_id: uuid.UUID, tool: Tool, arguments: Arguments, said: Said) -> ChatStep:
        """Run the tool, or record that the user has to confirm, or that it failed. Raises TurnLost."""

        def fill(step: ChatStep, session: Session, turn: ChatTurn, before: list[ChatStep]) -> None:
            scope = scope_of(session, self._owner_id, self.zone)
            if within_bounds(tool, arguments, before) and self._wanted(tool, arguments, scope, turn, before):
                carry_out(step, tool, arguments, scope)
            else:
                record_question(step, tool, arguments, scope)

        try:
            return self._write(step_id, tool, arguments, said, fill)
        except Problem as problem:  # one of the service functions refused, and its transaction is rolled back
            reason = str(problem.detail)
        return self._write(step_id, tool, arguments, said, lambda step, *_: record_failure(step, reason))

    @staticmethod
    def _wanted(
        tool: Tool, arguments: Arguments, scope: Scope, turn: ChatTurn, before: list[ChatStep]
    ) -> bool:
        """Whether the user's own words ask for the change."""
        if tool.unasked is None:
            return True
        return covers(said_by(turn.message, earlier_turns(scope.session, turn), before), arguments, scope)

    def finish(self, state: TurnState, answer: str, usage: Usage) -> None:
        """Record the end, successful or not, and delete the model's reasoning after success. Raises TurnLost."""
        with self._database.begin() as session:
            turn = self._lock(session)
            turn.state, turn.answer, turn.usage = state, answer, usage.model_dump()
            turn.runner = turn.lease_until = None
            if state == "done":
                forget = update(ChatStep).where(col(ChatStep.turn_id) == self._turn_id)
                session.exec(forget.values(reasoning=""))

    def _write(
        self, step_id: uuid.UUID, tool: Tool, arguments: Arguments, said: Said, fill: Fill
    ) -> ChatStep:
        with self._database.begin() as session:
            turn = self._lock(session)
            before = steps_of(session, [self._turn_id])
            step = ChatStep(
                id=step_id,
                turn_id=self._turn_id,
                ordinal=len(before),
                tool=tool.name,
                arguments=registry.as_json(arguments),
                text=said.text,
                reasoning=said.reasoning,
            )
            fill(step, session, turn, before)
            session.add(step)
        return step

    def _lock(self, session: Session) -> ChatTurn:
        mine = select(ChatTurn).where(ChatTurn.id == self._turn_id, ChatTurn.runner == self._runner)
        turn = session.exec(mine.with_for_update()).one_or_none()
        if turn is None:
            raise TurnLost
        return turn
