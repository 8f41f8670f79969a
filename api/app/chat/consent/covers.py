"""Whether the user's words name a change: its kind, its tasks and its values. Otherwise the user has to confirm it.

A task's text can talk the model into any call. It can't put words into the user's mouth.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from app.chat.consent.request import Kind, Phrase, Request
from app.chat.consent.said import Said
from app.chat.consent.words import DAYS, PRIORITIES, content, is_date, ordinal, words
from app.chat.tools import effects, registry
from app.chat.tools.arguments import Arguments, Change, CompleteTasks, CreateTasks, RestoreTasks, UpdateTasks
from app.chat.tools.effects import Scope
from app.tasks.schemas import TaskOut

_PLANNED_DAYS = 14
_IMPORTANT = {"important", "prioritise", "prioritize"}
# What else a user says for these priorities, besides their names.
_IMPLIED: dict[str, set[str]] = {
    "urgent": _IMPORTANT,
    "high": _IMPORTANT,
    "low": {"deprioritise", "deprioritize"},
    "none": {"no", "none", "remove", "clear", "drop"},
}


def covers(said: Said, arguments: Arguments, scope: Scope) -> bool:
    if isinstance(arguments, CreateTasks):
        return not said.read or _spelled(said, arguments)
    tasks = {
        task.id: task
        for task in effects.known(scope, registry.ids(arguments), deleted=isinstance(arguments, RestoreTasks))
    }
    if isinstance(arguments, UpdateTasks):
        return all(
            _change(said, change, [tasks[each] for each in change.ids if each in tasks], scope)
            for change in arguments.changes
        )
    kind: Kind = "restore"
    if isinstance(arguments, CompleteTasks):
        kind = "complete" if arguments.completed else "reopen"
    return all(_named(said, kind, task, scope) for task in tasks.values())


def _change(said: Said, change: Change, tasks: Sequence[TaskOut], scope: Scope) -> bool:
    """Each field that changes needs a request of its kind that names the task and the value."""
    tags = set(words(" ".join([*(change.add_tags or []), *(change.remove_tags or [])])))
    notes = set(words(change.append_notes or ""))
    moves = change.due_at is not None or change.clear_due or change.whole_day

    def asked(task: TaskOut) -> bool:
        planned = _within_plan(change, scope) and _named(said, "plan", task, scope)
        return (
            (not moves or planned or _named(said, "due", task, scope))
            and (change.priority is None or planned or _prioritised(said, change, task, scope))
            and (not tags or _named(said, "tags", task, scope, tags))
            and (not notes or _named(said, "notes", task, scope, notes))
        )

    return all(asked(task) for task in tasks)


def _within_plan(change: Change, scope: Scope) -> bool:
    if change.due_at is None:
        return not change.clear_due
    today = scope.now.astimezone(scope.zone).date()
    due = change.due_at.date() if isinstance(change.due_at, datetime) else change.due_at
    return today <= due <= today + timedelta(days=_PLANNED_DAYS)


def _prioritised(said: Said, change: Change, task: TaskOut, scope: Scope) -> bool:
    wanted = change.priority or "none"
    names = {wanted} | _IMPLIED.get(wanted, set())
    return any(_named(said, "priority", task, scope, {name}) for name in names)


def _spelled(said: Said, arguments: CreateTasks) -> bool:
    """New tasks whose words are the user's own, each once."""
    titles = [item.title.casefold() for item in arguments.items]
    wanted = any("create" in request.kinds for request in said.requests)
    dated = any(map(is_date, said.words))
    ranked = said.words & (PRIORITIES | _IMPORTANT)
    return (
        wanted
        and len(set(titles)) == len(titles)
        and all(
            content(" ".join([item.title, item.notes or "", *(item.tags or [])])) <= said.words
            and (item.due_at is None or dated)
            and (item.priority in (None, "none") or bool(ranked))
            for item in arguments.items
        )
    )


def _named(said: Said, kind: Kind, task: TaskOut, scope: Scope, value: set[str] | None = None) -> bool:
    """Whether a request of this kind has the words of the value, and names the task."""
    value = value or set()
    return any(
        kind in request.kinds and value <= request.words and _names(request, value, task, said, scope)
        for request in said.requests
    )


def _names(request: Request, value: set[str], task: TaskOut, said: Said, scope: Scope) -> bool:
    title = content(task.title)
    if (title and title <= request.words - value) or task.title.casefold() in request.words:
        return True
    return any(_means(phrase, value, task, said, scope) for phrase in request.phrases)


def _means(phrase: Phrase, value: set[str], task: TaskOut, said: Said, scope: Scope) -> bool:
    if phrase.every and not _passes(phrase.filters, task, scope):
        return False
    rest = phrase.words - value
    if rest:
        known = set(words(" ".join([task.title, *task.tags])))
        return rest <= known or task.id in _positions(rest, said.listed)
    if phrase.pronoun:
        one = phrase.pronoun in ("it", "that", "this")
        return task.id in said.meant and (not one or len(said.meant) == 1)
    return phrase.every


def _positions(rest: frozenset[str], listed: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """The listed tasks at the positions that these words are; none if a word is no position."""
    found = [ordinal(word) for word in rest]
    if any(each is None for each in found):
        return set()
    return {listed[each] for each in found if each is not None and each < len(listed) and listed}


def _passes(filters: frozenset[str], task: TaskOut, scope: Scope) -> bool:
    """Whether the task has each kind of property that the words demand: one of the days, one of the priorities."""
    days, priorities = filters & DAYS, filters & PRIORITIES
    return (not priorities or task.priority in priorities) and (not days or bool(_days(task, scope) & days))


def _days(task: TaskOut, scope: Scope) -> set[str]:
    today = scope.now.astimezone(scope.zone).date()
    due: date | None = task.due_at.astimezone(scope.zone).date() if task.due_at else task.due_on
    if due is None:
        return set()
    late = task.due_at < scope.now if task.due_at else due < today
    names = {-1: {"yesterday"}, 0: {"today", "tonight"}, 1: {"tomorrow"}}.get((due - today).days, set())
    return names | ({"overdue", "late"} if late else set())
