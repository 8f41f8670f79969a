"""Describes the results of tool calls in sentences."""

from datetime import datetime
from typing import Any


def told(result: dict[str, Any], did: str) -> str:
    return unless_bad(result, f"{did} {titles(result)}.")


def unless_bad(result: dict[str, Any], then: str) -> str:
    return complaint(result) or then


def complaint(result: dict[str, Any]) -> str:
    if "error" in result:
        return f"That did not work: {result['error']}"
    if str(result.get("status", "")).startswith("Not done yet"):
        return "Please confirm this with the button, or cancel it."
    return ""


def titles(result: dict[str, Any]) -> str:
    tasks = [task for task in result.get("tasks", []) if isinstance(task, dict)]
    named = ", ".join(f"“{task['title']}”" for task in tasks[:5])
    return named if len(tasks) <= 5 else f"{named} and {len(tasks) - 5} more"


def number(count: int) -> str:
    return f"There is {count} task" if count == 1 else f"There are {count} tasks"


def line(task: dict[str, Any]) -> str:
    details = [str(task["priority"])] if "priority" in task else []
    if "due" in task:
        details.append(f"due {day(task['due'])}")
    return str(task["title"]) + (f" ({', '.join(details)})" if details else "")


def dated(items: list[dict[str, Any]]) -> str:
    dues = {item.get("due_at") for item in items}
    return f" Due {day(dues.pop() or '')}." if len(dues) == 1 and None not in dues else ""


def day(due: str) -> str:
    moment = datetime.fromisoformat(due)
    return f"{moment:%A, %d %B}" + (f" at {moment:%H:%M}" if "T" in due else "")
