"""What the user has asked for, in this message or in earlier ones that it goes on with."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.chat.consent.request import Request, phrases, requests
from app.chat.store.models import ChatStep
from app.chat.store.turns import Record

_AGREES = re.compile(
    r"(?:yes|yeah|yep|sure|ok|okay|please do|go ahead|do (?:it|that|so)|correct|exactly|right|confirm(?:ed)?)\b",
    re.I,
)
_AGAIN = re.compile(
    r"(?:(?:please )?(?:try )?(?:it )?again|retry|go on|continue|(?:and )?the (?:rest|others?)|next|more)\b",
    re.I,
)
_END = 1000  # characters of an answer in which its question is
_FEW = 5  # tasks that "them" may stand for


@dataclass(frozen=True)
class Said:
    """`meant` are the tasks that a pronoun stands for, `listed` those of the last list, in its order.

    `read`: the model has seen text of tasks, which may have given it orders.
    """

    requests: Sequence[Request]
    words: frozenset[str]
    read: bool
    meant: frozenset[uuid.UUID]
    listed: Sequence[uuid.UUID]


def said(message: str, earlier: Sequence[Record], steps: Sequence[ChatStep]) -> Said:
    """`earlier`: the turns before, oldest first; `steps`: this answer's so far."""
    asked = requested(message, earlier)
    told = [step for _, each in earlier for step in each] + list(steps)
    read = any(step.tool != "create_tasks" and step.result.get("tasks") for step in told)
    words = frozenset(word for request in asked for word in request.words)
    created = frozenset(each for step in steps if step.tool == "create_tasks" for each in step.touched)
    last_answer, last_steps = (earlier[-1][0].answer, earlier[-1][1]) if earlier else ("", [])
    listed = next((found for step in reversed(last_steps) if (found := _ids(step))), [])
    return Said(asked, words, read, created or _meant(last_answer, last_steps), listed)


def requested(message: str, earlier: Sequence[Record]) -> list[Request]:
    """The message's own requests, or those that it agrees to, repeats or answers a question about."""
    own = requests(message)
    if own or not earlier:
        return own
    turn, _ = earlier[-1]
    questions = re.findall(r"[^.!?\n]*\?", turn.answer[-_END:])
    if _AGREES.match(message):
        offered = [request for question in questions for request in requests(question)]
        return offered + requested(turn.message, earlier[:-1])
    if message.rstrip().endswith("?") or not (questions or _AGAIN.match(message)):
        return []
    more = phrases(message)
    return [
        replace(request, phrases=request.phrases + more) for request in requested(turn.message, earlier[:-1])
    ]


def _meant(answer: str, steps: Sequence[ChatStep]) -> frozenset[uuid.UUID]:
    """The tasks that the last answer was about: those changed, else those listed that its text names."""
    changed = frozenset(each for step in steps for each in step.touched)
    if changed:
        return changed
    titles = {task["id"]: task["title"] for step in steps for task in _tasks(step)}
    named = frozenset(uuid.UUID(each) for each, title in titles.items() if title in answer)
    return named if len(named) <= _FEW else frozenset()


def _ids(step: ChatStep) -> list[uuid.UUID]:
    return [uuid.UUID(task["id"]) for task in _tasks(step)] if step.tool == "list_tasks" else []


def _tasks(step: ChatStep) -> list[dict[str, str]]:
    """A question's tasks are titles only."""
    return [task for task in step.result.get("tasks", []) if isinstance(task, dict)]
