"""Turns a request's messages into the next reply: text, or one tool call in the style of gpt-oss."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from . import english, faults
from .scripts import Call, Script, Situation, script

NOTICE = "(No language model here: this is the stand-in for Groq, which understands simple sentences.) "
_INJECTION = re.compile(
    r"(?:ignore (?:all |your |the |previous )*instructions(?: and)?|\bSYSTEM:)\s+(?P<order>[^\"]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reply:
    text: str = ""
    calls: list[Call] = field(default_factory=list)
    reasoning: str = ""


@dataclass(frozen=True)
class Exchange:
    """The user's last message, and the calls made for it with their results."""

    text: str
    calls: list[tuple[str, dict[str, Any]]]

    @classmethod
    def last(cls, messages: list[dict[str, Any]]) -> "Exchange":
        start = max((i for i, each in enumerate(messages) if each["role"] == "user"), default=None)
        if start is None:
            return cls("", [])
        return cls(_text(messages[start]), list(_results(messages[start:])))


def think(messages: list[dict[str, Any]], *, gullible: bool = False) -> Reply:
    """`gullible`: obey instructions found in tasks, as a weak model might."""
    exchange = Exchange.last(messages)
    situation = Situation(_now(messages), _mentioned(messages))
    text = (gullible and _order(exchange)) or faults.without_words(exchange.text)
    sentences, results = [], iter(exchange.calls)
    for wish in english.wishes(text):
        told = _advance(script(wish, situation), results)
        if isinstance(told, Call):
            return Reply(calls=[told], reasoning=f"The user wants: {wish.kind}. I call {told.name}.")
        sentences.append(told)
    answer = " ".join(dict.fromkeys(sentences)) or "Yes?"
    first = not any(each["role"] == "assistant" and _text(each) for each in messages)
    return Reply(text=(NOTICE if first else "") + answer, reasoning="That is done, so I tell the user.")


def _advance(steps: Script, results: Iterator[tuple[str, dict[str, Any]]]) -> Call | str:
    """The first call without a result, or the closing sentence. A refused call is repeated once."""
    try:
        call = next(steps)
        refusals = 0
        for name, result in results:
            refused = name != call.name or "error" in result
            refusals += refused
            if not refused or refusals > 2:
                call, refusals = steps.send(result), 0
    except StopIteration as end:
        return str(end.value)
    return call


def _order(exchange: Exchange) -> str:
    """An instruction in one of the listed tasks, which takes the place of the user's words."""
    listed = (result.get("tasks", []) for name, result in exchange.calls if name == "list_tasks")
    texts = (str(text) for tasks in listed for task in tasks for text in task.values())
    return next((found["order"].strip() for text in texts if (found := _INJECTION.search(text))), "")


def _results(messages: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    names = {}
    for message in messages:
        for call in message.get("tool_calls") or []:
            names[call["id"]] = call["function"]["name"]
        if message["role"] == "tool":
            try:
                result = json.loads(_text(message))
            except ValueError:
                result = {}
            yield names[message["tool_call_id"]], result if isinstance(result, dict) else {}


def _mentioned(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tasks of the latest result before the user's last message. A listing counts only if it is short."""
    start = max((i for i, each in enumerate(messages) if each["role"] == "user"), default=0)
    for name, result in reversed(list(_results(messages[:start]))):
        tasks = [task for task in result.get("tasks", []) if isinstance(task, dict)]
        if tasks and (name != "list_tasks" or len(tasks) <= 5):
            return tasks
    return []


def _now(messages: list[dict[str, Any]]) -> datetime:
    """The time in the user's zone from the system prompt, otherwise this machine's time."""
    prompt = " ".join(_text(each) for each in messages if each["role"] == "system")
    if match := re.search(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})", prompt):
        return datetime.fromisoformat(f"{match[1]}T{match[2]}")
    return datetime.now(UTC).replace(tzinfo=None)


def _text(message: dict[str, Any]) -> str:
    content = message.get("content") or ""
    return content if isinstance(content, str) else " ".join(part.get("text", "") for part in content)
