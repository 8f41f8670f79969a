"""The assistant of this process, called by the routes. Raises Problem if it cannot do something."""

import uuid
from http import HTTPStatus

from fastapi.concurrency import run_in_threadpool

from app.auth.keys import KeyRing
from app.chat.loop.agent import Limits
from app.chat.loop.answer import Answer
from app.chat.loop.decision import decide
from app.chat.loop.views import StepView
from app.chat.model.faults import Fault
from app.chat.model.groq_client import Patience
from app.chat.model.llm import LanguageModel
from app.chat.schemas import ChatMessages, ChatRequest, ConfirmReply, ConfirmRequest
from app.chat.store import turns
from app.chat.store.leases import Leases
from app.chat.tools import confirm
from app.chat.tools.registry import TOOLS
from app.core.config import Settings
from app.core.db.database import Database
from app.core.errors import Problem

MAX_ANSWERS = 20  # simultaneously in one process


class Assistant:
    """Holds no conversation: any replica can continue any conversation."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        keys: KeyRing,
        limits: Limits | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._database = database
        self._keys = keys
        self._limits = limits or Limits()
        self.model = LanguageModel(settings, [tool.definition() for tool in TOOLS.values()], patience)
        self.leases = Leases(database)

    async def begin(self, owner_id: uuid.UUID, request: ChatRequest) -> Answer:
        """Raises Problem: no model to ask, too many answers at a time, or another replica is answering."""
        view = StepView(owner_id, await run_in_threadpool(self._keys.load))
        runner = uuid.uuid4()
        try:
            self.model.check()
        except Fault as fault:
            # An answer on record needs no model.
            record = await run_in_threadpool(turns.finished, self._database, owner_id, request)
            if record is None:
                raise fault.problem() from None
        else:
            if self.leases.count >= MAX_ANSWERS:
                raise _busy()
            record = await run_in_threadpool(turns.begin, self._database, owner_id, request, runner)
        return Answer(self.model, self.leases, self._database, record, runner, view, self._limits)

    def confirm(self, owner_id: uuid.UUID, request: ConfirmRequest) -> ConfirmReply:
        """Blocking. Raises Problem."""
        key = self._keys.load()
        try:
            step_id = confirm.read(request.token, owner_id, key)
        except confirm.ExpiredConfirmation:
            detail = "This confirmation has expired. Ask the assistant again."
            raise Problem(HTTPStatus.CONFLICT, detail, kind="confirmation-expired") from None
        except confirm.InvalidConfirmation:
            detail = "This confirmation is invalid or belongs to another account."
            raise Problem(HTTPStatus.FORBIDDEN, detail, kind="confirmation-invalid") from None
        step = decide(self._database, owner_id, step_id, request.approve)
        event = StepView(owner_id, key).tool_event(step)
        text = f"{event.error or event.summary}.".replace("..", ".")
        return ConfirmReply(text=text, tool=event if request.approve else None)

    def messages(self, owner_id: uuid.UUID, limit: int) -> ChatMessages:
        """Blocking. The newest messages, the newest last."""
        view = StepView(owner_id, self._keys.load())
        records = turns.newest(self._database, owner_id, (limit + 1) // 2)
        items = [message for turn, steps in records for message in view.messages(turn, steps)]
        return ChatMessages(items=items[-limit:])

    def clear(self, owner_id: uuid.UUID) -> None:
        """Blocking."""
        turns.clear(self._database, owner_id)


def _busy() -> Problem:
    detail = "This replica is busy with other answers. Try again shortly."
    headers = {"Retry-After": "2"}
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, kind="assistant-busy", headers=headers)
