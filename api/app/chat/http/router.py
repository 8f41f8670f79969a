"""Routes of /api/v1/chat."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse

from app.auth.deps import UserId
from app.chat.http import stream
from app.chat.schemas import ChatMessages, ChatReply, ChatRequest, ConfirmReply, ConfirmRequest
from app.chat.service import Assistant
from app.core.errors import problems

router = APIRouter(prefix="/chat", tags=["chat"], responses=problems(HTTPStatus.UNAUTHORIZED))


async def get_assistant(request: Request) -> Assistant:
    assistant: Assistant = request.app.state.assistant
    return assistant


AssistantDep = Annotated[Assistant, Depends(get_assistant)]
# Not in the document: OpenAPI leaves this header to the list of content types.
Accept = Annotated[str, Header(include_in_schema=False)]
_STREAM: dict[str, Any] = {
    "description": "Events named as the properties of ChatEvents, or the whole answer as JSON",
    "content": {"text/event-stream": {"schema": {"$ref": "#/components/schemas/ChatEvents"}}},
}


@router.post(
    "",
    response_model=ChatReply,
    responses={200: _STREAM, **problems(HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS)},
)
async def chat(
    user_id: UserId, assistant: AssistantDep, body: ChatRequest, accept: Accept = "text/event-stream"
) -> Response:
    """Say something to the assistant. The answer is a stream unless only JSON is accepted."""
    answer = await assistant.begin(user_id, body)
    if "application/json" in accept and "text/event-stream" not in accept:
        whole = await stream.as_whole(answer)
        return JSONResponse(whole.model_dump(mode="json"))
    return stream.as_stream(answer)


@router.post("/confirm", responses=problems(HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT))
def confirm_chat(user_id: UserId, assistant: AssistantDep, body: ConfirmRequest) -> ConfirmReply:
    """Let the assistant do what it asked about, or forbid it."""
    return assistant.confirm(user_id, body)


@router.get("/messages")
def list_chat_messages(
    user_id: UserId, assistant: AssistantDep, limit: Annotated[int, Query(ge=1, le=100)] = 50
) -> ChatMessages:
    """The end of the conversation."""
    return assistant.messages(user_id, limit)


@router.delete("/messages", status_code=HTTPStatus.NO_CONTENT)
def clear_chat(user_id: UserId, assistant: AssistantDep) -> None:
    """Forget the conversation. Tasks stay as they are."""
    assistant.clear(user_id)
