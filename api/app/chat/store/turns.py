"""Messages and their answers in the database: who may work on one, what preceded it, and deletion."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from sqlalchemy import delete, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.auth.service import account_gone
from app.chat.schemas import ChatRequest
from app.chat.store.models import ChatStep, ChatTurn
from app.core.db.database import Database
from app.core.errors import Problem

# The answer of a dead pod can be continued after this time; a live pod renews its lease more often.
LEASE = timedelta(seconds=6)
RENEW_EVERY = 2.0  # seconds
KEPT_TURNS = 200  # of each user
TURNS_PER_MINUTE = 20  # of each user: Groq counts the requests of all users together
_HISTORY_TURNS = 10

Record = tuple[ChatTurn, list[ChatStep]]


def begin(database: Database, owner_id: uuid.UUID, request: ChatRequest, runner: uuid.UUID) -> Record:
    """The turn of this message, now owned by the runner unless it is done. Raises Problem if another runner has it."""
    turn = ChatTurn(owner_id=owner_id, runner=runner, **request.model_dump())
    offer = insert(ChatTurn).values(turn.model_dump(exclude={"lease_until"}) | _leased())
    offer = offer.on_conflict_do_nothing(index_elements=["owner_id", "client_message_id"])
    with database.begin() as session:
        try:
            created = session.scalars(offer.returning(ChatTurn)).one_or_none()
        except IntegrityError:  # violates the only other constraint: the owner's account was deleted
            raise account_gone() from None
        if created is not None:
            _bound(session, owner_id)
            return created, []
        return _again(session, owner_id, request, runner)


def _again(session: Session, owner_id: uuid.UUID, request: ChatRequest, runner: uuid.UUID) -> Record:
    left = func.extract("epoch", col(ChatTurn.lease_until) - func.clock_timestamp())
    known = select(ChatTurn, left).where(
        ChatTurn.owner_id == owner_id, ChatTurn.client_message_id == request.client_message_id
    )
    turn, seconds_left = session.exec(known.with_for_update()).one()
    if turn.message != request.message:
        detail = "This client_message_id belongs to another message. Use a new one."
        raise Problem(HTTPStatus.CONFLICT, detail, kind="message-id-reused")
    if turn.state == "running" and (seconds_left or 0) > 0:
        raise Problem(
            HTTPStatus.CONFLICT,
            "This message is being answered. Repeat the request for the result.",
            kind="answer-running",
            headers={"Retry-After": str(int(seconds_left) + 1)},
        )
    if turn.state != "done":
        taken = update(ChatTurn).where(col(ChatTurn.id) == turn.id)
        session.exec(taken.values(state="running", runner=runner, **_leased()))
    return turn, steps_of(session, [turn.id])


def finished(database: Database, owner_id: uuid.UUID, request: ChatRequest) -> Record | None:
    """The turn of this message if it has been answered."""
    known = select(ChatTurn).where(
        ChatTurn.owner_id == owner_id,
        ChatTurn.client_message_id == request.client_message_id,
        ChatTurn.message == request.message,
        ChatTurn.state == "done",
    )
    with database.read() as session:
        turn = session.exec(known).one_or_none()
        return (turn, steps_of(session, [turn.id])) if turn else None


def _bound(session: Session, owner_id: uuid.UUID) -> None:
    """Limit the messages of one minute, and keep a limited number of turns: the oldest are deleted."""
    mine = col(ChatTurn.owner_id) == owner_id
    minute_ago = datetime.now(UTC) - timedelta(minutes=1)
    recent = select(func.count()).select_from(ChatTurn).where(mine, col(ChatTurn.created_at) > minute_ago)
    if session.exec(recent).one() > TURNS_PER_MINUTE:
        raise Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"The assistant accepts {TURNS_PER_MINUTE} messages a minute from one account.",
            kind="too-many-messages",
            headers={"Retry-After": "10"},
        )
    oldest = select(ChatTurn.id).where(mine).order_by(col(ChatTurn.created_at).desc()).offset(KEPT_TURNS)
    session.exec(delete(ChatTurn).where(col(ChatTurn.id).in_(oldest)))


def renew(database: Database, runners: Iterable[uuid.UUID]) -> None:
    with database.begin() as session:
        session.exec(update(ChatTurn).where(col(ChatTurn.runner).in_(list(runners))).values(**_leased()))


def history(database: Database, turn: ChatTurn) -> list[Record]:
    with database.read() as session:
        return earlier_turns(session, turn)


def earlier_turns(session: Session, turn: ChatTurn) -> list[Record]:
    """The turns before this one, oldest first."""
    earlier = (
        select(ChatTurn)
        .where(ChatTurn.owner_id == turn.owner_id, col(ChatTurn.created_at) < turn.created_at)
        .order_by(col(ChatTurn.created_at).desc())
        .limit(_HISTORY_TURNS)
    )
    return _with_steps(session, session.exec(earlier).all())


def newest(database: Database, owner_id: uuid.UUID, limit: int) -> list[Record]:
    """The last turns, oldest first."""
    mine = select(ChatTurn).where(ChatTurn.owner_id == owner_id)
    with database.read() as session:
        return _with_steps(
            session, session.exec(mine.order_by(col(ChatTurn.created_at).desc()).limit(limit)).all()
        )


def clear(database: Database, owner_id: uuid.UUID) -> None:
    """Delete all turns. An answer in progress finds its row deleted and ends."""
    with database.begin() as session:
        session.exec(delete(ChatTurn).where(col(ChatTurn.owner_id) == owner_id))


def steps_of(session: Session, turn_ids: Sequence[uuid.UUID]) -> list[ChatStep]:
    found = select(ChatStep).where(col(ChatStep.turn_id).in_(turn_ids)).order_by(col(ChatStep.ordinal))
    return list(session.exec(found))


def _with_steps(session: Session, newest_first: Sequence[ChatTurn]) -> list[Record]:
    steps = steps_of(session, [turn.id for turn in newest_first])
    return [(turn, [step for step in steps if step.turn_id == turn.id]) for turn in reversed(newest_first)]


def _leased() -> dict[str, object]:
    """By the database's clock, because the clocks of pods may differ."""
    return {"lease_until": func.clock_timestamp() + LEASE}
