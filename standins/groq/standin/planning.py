"""Plans a day or a week as sensibly as possible without a language model."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from . import dates

_RANK = {"urgent": 0, "high": 1, "medium": 2, "low": 4}
_A_DAY = 5  # tasks per day; the API asks the user before it changes more
_A_WEEK = 10


@dataclass(frozen=True)
class Plan:
    changes: list[dict[str, Any]]
    explanation: str


def plan(tasks: list[dict[str, Any]], now: datetime, span: str) -> Plan:
    """`span`: day, today, tomorrow or week."""
    first = now.date() + timedelta(days=1 if span == "tomorrow" else 0)
    days = _working_days(first) if span == "week" else [first]
    ready = [task for task in tasks if (_due(task) or first) <= days[-1]] or tasks
    chosen = sorted(ready, key=lambda task: _urgency(task, first))[: _A_WEEK if span == "week" else _A_DAY]
    changes, lines = [], []
    for position, task in enumerate(chosen):
        day = days[position * len(days) // len(chosen)]
        change = _change(task, day, first, most_important=position == 0)
        if change:
            changes.append({"ids": [task["id"]], **change})
        on = day if "due_at" in change else _due(task) or day
        lines.append(f"{position + 1}. {task['title']}" + (f" ({on:%A})" if span == "week" else ""))
    left = len(tasks) - len(chosen)
    rest = f"\nThe other {left} can wait." if left > 0 else ""
    reason = "What is overdue or urgent comes first; the first one matters most."
    return Plan(changes, f"Your plan for {_name(span)}:\n" + "\n".join(lines) + f"\n{reason}{rest}")


def _change(task: dict[str, Any], day: date, first_day: date, *, most_important: bool) -> dict[str, Any]:
    """Only the necessary changes. A due date on or after the first day is kept."""
    change: dict[str, Any] = {}
    due = _due(task)
    if due is None or due < first_day:
        change["due_at"] = dates.moved(task.get("due"), day.isoformat())
    if most_important and task.get("priority") not in ("urgent", "high"):
        change["priority"] = "high"
    return change


def _urgency(task: dict[str, Any], first: date) -> tuple[int, int, str]:
    due = _due(task)
    lateness = 0 if due and due <= first else 1 if task.get("priority") in ("urgent", "high") else 2
    return lateness, _RANK.get(task.get("priority", ""), 3), task.get("due") or "9999"


def _due(task: dict[str, Any]) -> date | None:
    return datetime.fromisoformat(task["due"]).date() if "due" in task else None


def _working_days(first: date) -> list[date]:
    """The rest of this week, or next week from friday on."""
    if first.weekday() >= 4:
        first += timedelta(days=7 - first.weekday())
    return [first + timedelta(days=ahead) for ahead in range(5 - first.weekday())]


def _name(span: str) -> str:
    return {"week": "the week", "tomorrow": "tomorrow"}.get(span, "today")
