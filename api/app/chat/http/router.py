"""Routes of /api/v1/chat."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse

from app.auth.deps import UserId
from app.auth.limits import limit_chat, limit_writes
from app.chat.http import stream
from app.chat.schemas import ChatMessages, ChatReply, ChatRequest, ConfirmReply, ConfirmRequest
from app.chat.service import Assistant
from app.core.errors import problems
from app.core.fields import DIGITS

router = APIRouter(prefix="/chat", tags=["chat"], responses=problems(HTTPStatus.UNAUTHORIZED))


async def get_assistant(request: Request) -> Assistant:
    assistant: Assistant = request.app.state.assistant
    return assistant


AssistantDep = Annotated[Assistant, Depends(get_assistant)]
# Not in the document: OpenAPI describes this header by the list of content types.
Accept = Annotated[str, Header(include_in_schema=False)]
_STREAM: dict[str, Any] = {
    "description": "Events named as the properties of ChatEvents, or the whole answer as JSON",
    "content": {"text/event-stream": {"schema": {"$ref": "#/components/schemas/ChatEvents"}}},
}


@router.post(
    "",
    summary="Send a message",
    response_model=ChatReply,
    dependencies=[Depends(limit_chat)],
    responses={200: _STREAM, **problems(HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS)},
)
async def chat(
    user_id: UserId, assistant: AssistantDep, body: ChatRequest, accept: Accept = "text/event-stream"
) -> Response:
    """The answer is a stream of events, or JSON if the client accepts only JSON."""
    answer = await assistant.begin(user_id, body)
    if "application/json" in accept and "text/event-stream" not in accept:
        whole = await stream.as_whole(answer)
        return JSONResponse(whole.model_dump(mode="json"))
    return stream.as_stream(answer)


@router.post(
    "/confirm",
    summary="Confirm or refuse",
    dependencies=[Depends(limit_writes)],
    responses=problems(HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS),
)
def confirm_chat(user_id: UserId, assistant: AssistantDep, body: ConfirmRequest) -> ConfirmReply:
    """Allow or forbid what the assistant asked about."""
    return assistant.confirm(user_id, body)


@router.get("/messages", summary="Read the conversation")
def list_chat_messages(
    user_id: UserId, assistant: AssistantDep, limit: Annotated[int, Query(ge=1, le=100), DIGITS] = 50
) -> ChatMessages:
    """The newest messages, the newest last."""
    return assistant.messages(user_id, limit)


@router.delete(
    "/messages",
    summary="Clear the conversation",
    status_code=HTTPStatus.NO_CONTENT,
    dependencies=[Depends(limit_writes)],
    responses=problems(HTTPStatus.TOO_MANY_REQUESTS),
)
def clear_chat(user_id: UserId, assistant: AssistantDep) -> None:
    """Delete all messages. Tasks stay as they are."""
    assistant.clear(user_id)
