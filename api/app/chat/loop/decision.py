"""The user's decision about a proposed change."""

import uuid
from http import HTTPStatus
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from app.chat.store.models import ChatStep, ChatTurn
from app.chat.tools import registry, steps
from app.chat.tools.effects import Scope, scope_of
from app.core.db.database import Database
from app.core.errors import Problem


def decide(database: Database, owner_id: uuid.UUID, step_id: uuid.UUID, approve: bool) -> ChatStep:
    """Carry out the change, or record the refusal, once. Raises Problem."""
    try:
        with database.begin() as session:
            step, zone = _asked(session, owner_id, step_id)
            if approve:
                _carry_out(step, scope_of(session, owner_id, zone))
            else:
                steps.record_refusal(step)
        return step
    except Problem as problem:
        if problem.status_code == HTTPStatus.CONFLICT:
            raise
        reason = str(problem.detail)  # one of the service functions refused, and nothing was done
    with database.begin() as session:
        step, _ = _asked(session, owner_id, step_id)
        steps.record_failure(step, reason)
    return step


def _asked(session: Session, owner_id: uuid.UUID, step_id: uuid.UUID) -> tuple[ChatStep, ZoneInfo]:
    """The step, locked. Raises Problem if it no longer awaits a decision."""
    asked = select(ChatStep, ChatTurn.time_zone).join(ChatTurn)
    asked = asked.where(ChatStep.id == step_id, ChatTurn.owner_id == owner_id)
    row = session.exec(asked.with_for_update(of=ChatStep)).one_or_none()
    if row is None or row[0].state != "awaiting":
        detail = "This was already decided, or the conversation was cleared."
        raise Problem(HTTPStatus.CONFLICT, detail, kind="confirmation-used")
    return row[0], ZoneInfo(row[1])


def _carry_out(step: ChatStep, scope: Scope) -> None:
    tool, arguments = registry.parse(step.tool, step.arguments, {"zone": scope.zone})
    steps.carry_out(step, tool, arguments, scope)
    step.touched = []  # the user has allowed these, so they don't count towards the limits
