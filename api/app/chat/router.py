"""Routes of /api/v1/chat."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response

from app.auth.deps import UserId
from app.chat.schemas import ChatMessages, ChatReply, ChatRequest, ConfirmReply, ConfirmRequest
from app.core.errors import Problem, problems

router = APIRouter(prefix="/chat", tags=["chat"], responses=problems(HTTPStatus.UNAUTHORIZED))
# Not in the document: OpenAPI leaves this header to the list of content types.
Accept = Annotated[str, Header(include_in_schema=False)]
_STREAM: dict[str, Any] = {
    "text/event-stream": {"schema": {"$ref": "#/components/schemas/ChatEvents"}},
}


@router.post(
    "",
    response_model=ChatReply,
    responses={
        200: {
            "description": "Events named as the properties of ChatEvents, or the whole answer as JSON",
            "content": _STREAM,
        },
        **problems(HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS),
    },
)
async def chat(
    user_id: UserId,
    body: ChatRequest,
    accept: Accept = "text/event-stream",
) -> Response:
    """Say something to the assistant."""
    raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "The assistant is not there yet.")


@router.post("/confirm", responses=problems(HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT))
async def confirm_chat(user_id: UserId, body: ConfirmRequest) -> ConfirmReply:
    """Let the assistant do what it asked about, or forbid it."""
    raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "The assistant is not there yet.")


@router.get("/messages")
def list_chat_messages(user_id: UserId, limit: Annotated[int, Query(ge=1, le=100)] = 50) -> ChatMessages:
    """The end of the conversation."""
    raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "The assistant is not there yet.")


@router.delete("/messages", status_code=HTTPStatus.NO_CONTENT)
def clear_chat(user_id: UserId) -> None:
    """Forget the conversation. Tasks stay as they are."""
    raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "The assistant is not there yet.")
