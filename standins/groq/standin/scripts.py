"""A script for each kind of wish: a generator that yields tool calls, receives their results, and returns a sentence.

Nothing is kept between requests. Each request replays its conversation into the generator.
"""

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from . import dates, english, planning, sentences, targets
from .english import Wish


@dataclass(frozen=True)
class Call:
    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Situation:
    """`mentioned`: the tasks of the latest tool result before this message."""

    now: datetime
    mentioned: list[dict[str, Any]] = field(default_factory=list)


Script = Generator[Call, dict[str, Any], str]
UNDERSTANDS = (
    "I can add, list, complete, rename, re-schedule, prioritise, tag, delete and restore tasks, and plan your day "
    "or week. For example: “add buy milk tomorrow and call mum on friday !high”."
)


def script(wish: Wish, situation: Situation) -> Script:
    return _SCRIPTS[wish.kind](wish, situation)


def _add(wish: Wish, situation: Situation) -> Script:
    items = english.items(wish.words["items"], situation.now)
    if not items:
        return "What should I add?"
    result = yield Call("create_tasks", {"items": items[:20]})
    return sentences.told(result, "I added") + sentences.dated(items)


def _list(wish: Wish, _situation: Situation) -> Script:
    sentence = wish.words["sentence"].lower()
    filters: dict[str, Any] = {"status": "open", "sort": "due_at"}
    if re.search(r"\b(completed?|finish(ed)?|done)\b", sentence):
        filters = {"status": "completed", "sort": "-updated_at"}
    if re.search(r"\bdeleted\b", sentence):
        filters = {"status": "all", "deleted": True}
    for word, due in (
        ("overdue", "overdue"),
        ("late", "overdue"),
        ("today", "today"),
        ("upcoming", "upcoming"),
    ):
        if word in sentence:
            filters["due"] = due
    if wanted := english.priority(sentence):
        filters["priority"] = [wanted]
    if tag := re.search(r"[#@]([^\s,.;:!?]+)|tagged (?:with )?([\w-]+)", sentence):
        filters["tag"] = [tag[1] or tag[2]]
    if about := re.search(r"\b(?:about|called|containing|with the word|for)\s+[\"“]?([\w -]+)", sentence):
        filters["q"] = about[1].strip()
    result = yield Call("list_tasks", filters)
    if not result.get("tasks"):
        return "I found no tasks like that."
    lines = "\n".join(f"- {sentences.line(task)}" for task in result["tasks"][:10])
    more = f"\n… and {result['count'] - 10} more" if result["count"] > 10 else ""
    return f"{sentences.number(result['count'])}:\n{lines}{more}"


def _rename(wish: Wish, situation: Situation) -> Script:
    title = wish.words["title"].strip("\"“”'")
    return (yield from _change_one(wish, situation, {"title": title}, f"It is called “{title}” now."))


def _clear_due(wish: Wish, situation: Situation) -> Script:
    return (yield from _change_all(wish.words["what"], situation, {"clear_due": True}, "without a date now"))


def _reschedule(wish: Wish, situation: Situation) -> Script:
    """Another day keeps each task's time of day."""
    if "when" in wish.words:
        what, when = wish.words["what"], dates.find(wish.words["when"], situation.now)
    else:
        what, when = dates.split(wish.words["what"], situation.now)
    if when is None:
        return "When should it be? For example: “move the report to friday”."
    match = yield from _match(what, situation, {"status": "open"})
    if match.complaint:
        return match.complaint
    by_due: dict[str, list[str]] = {}
    for task in match.tasks:
        by_due.setdefault(dates.moved(task.get("due"), when.due), []).append(task["id"])
    changes = [{"ids": ids, "due_at": due} for due, ids in by_due.items()]
    result = yield Call("update_tasks", {"changes": changes})
    are = "is" if result.get("count") == 1 else "are"
    shown = next(iter(by_due)) if len(by_due) == 1 else when.due
    return sentences.unless_bad(result, f"{sentences.titles(result)} {are} due {sentences.day(shown)} now.")


def _prioritise(wish: Wish, situation: Situation) -> Script:
    priority = wish.words.get("priority", "high").lower()
    what = wish.words["what"]
    return (yield from _change_all(what, situation, {"priority": priority}, f"{priority} priority now"))


def _tag(wish: Wish, situation: Situation) -> Script:
    tags = [word for word in re.split(r"[\s,]+|and", wish.words["tags"].replace("#", " ")) if word]
    return (
        yield from _change_all(wish.words["what"], situation, {"add_tags": tags}, f"tagged {', '.join(tags)}")
    )


def _append(wish: Wish, situation: Situation) -> Script:
    change = {"append_notes": wish.words["line"]}
    return (yield from _change_all(wish.words["what"], situation, change, "noted so"))


def _change_one(wish: Wish, situation: Situation, change: dict[str, Any], then: str) -> Script:
    match = yield from _match(wish.words["what"], situation, {"status": "all"})
    if match.complaint or len(match.tasks) != 1:
        return match.complaint or "I can only do that for one task at a time."
    result = yield Call("update_tasks", {"changes": [{"ids": [match.tasks[0]["id"]], **change}]})
    return sentences.unless_bad(result, then)


def _change_all(what: str, situation: Situation, change: dict[str, Any], state: str) -> Script:
    match = yield from _match(what, situation, {"status": "open"})
    if match.complaint:
        return match.complaint
    result = yield Call("update_tasks", {"changes": [{"ids": _ids(match.tasks), **change}]})
    return sentences.unless_bad(
        result, f"{sentences.titles(result)} {'is' if result.get('count') == 1 else 'are'} {state}."
    )


def _acting(
    tool: str, verb: str, filters: dict[str, Any], **extra: Any
) -> "Callable[[Wish, Situation], Script]":
    def run(wish: Wish, situation: Situation) -> Script:
        what = wish.words["what"]
        found = filters
        if tool == "delete_tasks" and re.search(r"(?i)\b(completed|finished|done)\b", what):
            found = {"status": "completed"}
        if re.search(r"(?i)\boverdue\b", what):
            found = filters | {"due": "overdue"}
        match = yield from _match(what, situation, found)
        if match.complaint:
            return match.complaint
        result = yield Call(tool, {"ids": _ids(match.tasks), **extra})
        return sentences.told(result, f"I {verb}")

    return run


def _match(
    what: str, situation: Situation, filters: dict[str, Any]
) -> Generator[Call, dict[str, Any], targets.Match]:
    result = yield Call("list_tasks", filters)
    return targets.pick(what, result.get("tasks", []), situation.mentioned)


def _plan(wish: Wish, situation: Situation) -> Script:
    result = yield Call("list_tasks", {"status": "open", "sort": "due_at"})
    open_tasks = result.get("tasks", [])
    if not open_tasks:
        return "You have no open tasks. Enjoy!"
    plan = planning.plan(open_tasks, situation.now, wish.words["span"].lower())
    if plan.changes:
        outcome = yield Call("update_tasks", {"changes": plan.changes})
        if complaint := sentences.complaint(outcome):
            return complaint
    return plan.explanation


def _help(_wish: Wish, _situation: Situation) -> Script:
    yield from ()  # makes this a generator
    return UNDERSTANDS


def _unknown(_wish: Wish, _situation: Situation) -> Script:
    yield from ()
    return f"I did not understand that. {UNDERSTANDS}"


_SCRIPTS: dict[str, Callable[[Wish, Situation], Script]] = {
    "add": _add,
    "list": _list,
    "rename": _rename,
    "reschedule": _reschedule,
    "clear_due": _clear_due,
    "prioritise": _prioritise,
    "tag": _tag,
    "append": _append,
    "plan": _plan,
    "help": _help,
    "unknown": _unknown,
    "complete": _acting("complete_tasks", "completed", {"status": "open"}),
    "reopen": _acting("complete_tasks", "reopened", {"status": "completed"}, completed=False),
    "delete": _acting("delete_tasks", "deleted", {"status": "all"}),
    "restore": _acting("restore_tasks", "restored", {"status": "all", "deleted": True}),
}


def _ids(tasks: list[dict[str, Any]]) -> list[str]:
    return [task["id"] for task in tasks]
