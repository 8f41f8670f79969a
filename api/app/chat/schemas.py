"""Bodies of the chat routes, and what their event stream carries."""

import uuid
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.core.errors import ProblemDetails
from app.core.fields import STORABLE, JsonBool, RequestModel, ResponseModel, UtcDatetime
from app.core.zones import TimeZone
from app.tasks.schemas import TaskOut

MAX_MESSAGE = 4000  # characters
SHOWN_TASKS = 20  # of one tool call; `count` is how many there are
SHOWN_NOTES = 200  # characters of each of them: a conversation may hold thousands
ToolName = Literal[
    "create_tasks", "list_tasks", "update_tasks", "complete_tasks", "delete_tasks", "restore_tasks"
]
Action = Literal["create", "update", "complete", "reopen", "delete", "restore"]
Message = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_MESSAGE), STORABLE
]


class ChatRequest(RequestModel):
    """A message of the user. The same `client_message_id` continues or replays the answer; nothing is done twice."""

    message: Message
    client_message_id: uuid.UUID
    time_zone: TimeZone = "UTC"


class ProposedChange(ResponseModel):
    """One task as it is and as it would be. `before` is null for a new task. Notes are shortened."""

    before: TaskOut | None
    after: TaskOut


class Confirmation(ResponseModel):
    """A change that awaits the user's confirmation. The token is valid once, until `expires_at`."""

    token: str
    action: Action
    count: int
    task_titles: list[str] = Field(max_length=SHOWN_TASKS)
    changes: list[ProposedChange] = Field(
        max_length=SHOWN_TASKS, description=f"of the first {SHOWN_TASKS} tasks, in the order of the titles"
    )
    expires_at: UtcDatetime
    call_id: str


class ToolEvent(ResponseModel):
    """What a tool did. `confirmation` is present while the state is `awaiting`. The tasks' notes are shortened."""

    call_id: str
    tool: ToolName
    state: Literal["done", "failed", "awaiting", "denied", "expired"]
    ok: bool
    summary: str
    tasks: list[TaskOut] = Field(max_length=SHOWN_TASKS)
    count: int
    error: str | None = None
    change_id: uuid.UUID | None = Field(None, description="what undoes it; null if nothing changed")
    confirmation: Confirmation | None = None


class Usage(ResponseModel):
    """Tokens of all model calls of one answer."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    model_calls: int = 0


class TextEvent(ResponseModel):
    """A part of the answer, to be appended to the text so far."""

    delta: str


class ToolStarted(ResponseModel):
    call_id: str
    tool: ToolName
    summary: str


class DoneEvent(ResponseModel):
    """The end of an answer."""

    message_id: uuid.UUID
    usage: Usage


class ErrorEvent(ResponseModel):
    """The end without an answer. With `retry` the same request may be repeated, after `retry_after` seconds."""

    problem: ProblemDetails
    retry: bool
    retry_after: int | None = None


class RetryEvent(ResponseModel):
    """The end because this replica is stopping: repeat the same request, and another replica continues."""

    after_ms: int


class ChatEvents(ResponseModel):
    """The names of the stream's events, and the data of each."""

    text: TextEvent
    tool_started: ToolStarted
    tool_finished: ToolEvent
    needs_confirmation: Confirmation
    done: DoneEvent
    error: ErrorEvent
    retry: RetryEvent


class ChatReply(ResponseModel):
    """The whole answer, for `Accept: application/json`."""

    message_id: uuid.UUID
    text: str
    tools: list[ToolEvent]
    confirmation: Confirmation | None = None
    usage: Usage


class ConfirmRequest(RequestModel):
    token: str = Field(max_length=2000)
    approve: JsonBool


class ConfirmReply(ResponseModel):
    """The outcome. `tool` is null when nothing was done."""

    text: str
    tool: ToolEvent | None


class ChatMessage(ResponseModel):
    """One side of the conversation. Answers carry the id that repeats their request."""

    id: uuid.UUID
    role: Literal["user", "assistant"]
    text: str
    tools: list[ToolEvent]
    state: Literal["done", "running", "interrupted", "failed"]
    client_message_id: uuid.UUID
    created_at: UtcDatetime


class ChatMessages(ResponseModel):
    """The newest messages, the newest last."""

    items: list[ChatMessage]
