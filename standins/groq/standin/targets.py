"""Finds the listed tasks that a phrase refers to."""

import re
from dataclasses import dataclass
from typing import Any

Task = dict[str, Any]
_FILLING = re.compile(
    r"^(?:(?:my|the|a|an|all|task|tasks|todo|of|called|named)\s+)+|\s+(?:task|tasks|todo|item|one)$",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(
    r"(?:everything|all|(?:all|every)(?: of)?(?: my| the)?(?: open| completed| finished| done| overdue| old)?"
    r"(?: tasks?| of them| things| items| ones)?)",
    re.IGNORECASE,
)
_THEM = re.compile(
    r"(?:it|that|them|those|these|both|this|that one|(?:the|those|these) tasks?)", re.IGNORECASE
)


@dataclass(frozen=True)
class Match:
    """The matching tasks, or the reply if the phrase is unclear."""

    tasks: list[Task]
    complaint: str = ""


def pick(phrase: str, tasks: list[Task], mentioned: list[Task]) -> Match:
    """`mentioned` holds the tasks that the conversation was about before."""
    phrase = phrase.strip().strip("\"“”'").strip()
    if _THEM.fullmatch(phrase):
        known = {task["id"] for task in tasks}
        return _found([task for task in mentioned if task["id"] in known], phrase)
    if _EVERYTHING.fullmatch(phrase):
        return _found(tasks, phrase)
    whole = _best(phrase, tasks)
    if len(whole) == 1:
        return Match(whole)
    parts = re.split(r",\s*(?:and\s+)?|\s+and\s+", phrase, flags=re.IGNORECASE)
    if not whole and len(parts) > 1:
        return _each(parts, tasks)
    if len(whole) > 1:
        listed = ", ".join(f"“{task['title']}”" for task in whole[:5])
        return Match([], f"Which one do you mean: {listed}?")
    return _found(whole, phrase)


def _each(parts: list[str], tasks: list[Task]) -> Match:
    found: list[Task] = []
    for part in parts:
        match = pick(part, tasks, [])
        if match.complaint:
            return match
        found += [task for task in match.tasks if task not in found]
    return Match(found)


def _found(tasks: list[Task], phrase: str) -> Match:
    return Match(tasks, "" if tasks else f"I found no task like “{phrase}”.")


def _best(phrase: str, tasks: list[Task]) -> list[Task]:
    """Tasks with that title, else with the phrase in the title, else with all of its words in the title."""
    if tag := re.fullmatch(r"(?:.*\s)?(?:#|@|tagged (?:with )?)(\S+)", phrase, re.IGNORECASE):
        return [task for task in tasks if tag[1].lower() in task.get("tags", [])]
    wanted = phrase.lower()
    shorter = _FILLING.sub("", phrase).strip().strip("\"“”'").lower() or wanted
    for form in dict.fromkeys((wanted, shorter)):
        if same := [task for task in tasks if task["title"].lower() == form]:
            return same[:1]
    if holding := [task for task in tasks if shorter in task["title"].lower()]:
        return holding
    words = set(re.findall(r"\w+", shorter))
    return [task for task in tasks if words and words <= set(re.findall(r"\w+", task["title"].lower()))]
