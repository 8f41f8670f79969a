"""The conversation's rows as the client sees them."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from app.chat.schemas import (
    ChatMessage,
    Confirmation,
    ErrorEvent,
    ToolEvent,
    ToolStarted,
)
from app.chat.store.models import ChatStep, ChatTurn
from app.chat.tools import confirm, registry
from app.core.errors import Problem, problem_details

Event = tuple[str, BaseModel]
CHAT_PATH = "/api/v1/chat"


class StepView:
    """Steps of one owner. A client that sees an open question gets the token that answers it."""

    def __init__(self, owner_id: uuid.UUID, key: str) -> None:
        self._owner_id = owner_id
        self._key = key

    def tool_event(self, step: ChatStep) -> ToolEvent:
        event = ToolEvent.model_validate(step.event)
        if step.state != "awaiting" or step.expires_at is None:
            return event
        if step.expires_at <= datetime.now(UTC):
            return event.model_copy(update={"state": "expired", "summary": "Not confirmed in time"})
        _, arguments = registry.parse(step.tool, step.arguments, {"zone": ZoneInfo("UTC")})
        event.confirmation = Confirmation(
            token=confirm.issue(step.id, self._owner_id, step.expires_at, self._key),
            action=registry.action(arguments),
            count=event.count,
            task_titles=step.event["titles"],
            changes=step.event.get("changes", []),  # missing in steps of the previous version
            expires_at=step.expires_at,
            call_id=event.call_id,
        )
        return event

    def finished(self, step: ChatStep) -> Event:
        """The event that follows `tool_started`."""
        event = self.tool_event(step)
        return ("needs_confirmation", event.confirmation) if event.confirmation else ("tool_finished", event)

    def replayed(self, step: ChatStep) -> Iterator[Event]:
        _, arguments = registry.parse(step.tool, step.arguments, {"zone": ZoneInfo("UTC")})
        event = ToolEvent.model_validate(step.event)
        summary = registry.doing(arguments)
        yield "tool_started", ToolStarted(call_id=event.call_id, tool=event.tool, summary=summary)
        yield self.finished(step)

    def messages(self, turn: ChatTurn, steps: list[ChatStep]) -> list[ChatMessage]:
        """Question and answer."""
        state = turn.state
        if state == "running" and (turn.lease_until is None or turn.lease_until < datetime.now(UTC)):
            state = "interrupted"
        common = {"client_message_id": turn.client_message_id, "created_at": turn.created_at, "state": state}
        asked = {"id": turn.client_message_id, "role": "user", "text": turn.message, "tools": []}
        answered = {
            "id": turn.id,
            "role": "assistant",
            "text": turn.answer,
            "tools": [self.tool_event(step) for step in steps],
        }
        return [ChatMessage.model_validate(common | side) for side in (asked, answered)]


def error_event(problem: Problem, *, retry: bool) -> Event:
    details = problem_details(CHAT_PATH, problem.status_code, str(problem.detail), type_=problem.type)
    wait = (problem.headers or {}).get("Retry-After")
    return "error", ErrorEvent(problem=details, retry=retry, retry_after=int(wait) if wait else None)
