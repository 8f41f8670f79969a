"""Tasks as the model receives them: in few tokens, and never cut without notice."""

import json
import uuid
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from app.tasks.schemas import TaskOut

NOTES_FOR_MODEL = 200  # characters of each task's notes
MAX_TOLD = 15_000  # characters of a list; less than the length to which the prompt cuts a result


def for_model(
    tasks: Sequence[TaskOut],
    total: int,
    zone: ZoneInfo,
    *,
    unknown: Sequence[uuid.UUID],
    exact: bool,
    first: int,
) -> dict[str, Any]:
    """A list that is too long loses its notes first, and then its last tasks."""
    briefs = [brief(task, zone) for task in tasks]
    told: dict[str, Any] = {"count": total if exact else f"more than {total}"}
    if _length(briefs) > MAX_TOLD:
        briefs = [
            {name: value for name, value in each.items() if not name.startswith("notes")} for each in briefs
        ]
        told["notes_left_out"] = True
    while _length(briefs) > MAX_TOLD:
        briefs.pop()
    told["tasks"] = briefs
    if first or len(briefs) < total or not exact:
        shown = f"{first + 1} to {first + len(briefs)}" if briefs else "none"
        more = (len(briefs) < len(tasks) and "ask again with a smaller limit") or "ask for the next page"
        last = exact and first + len(briefs) >= total
        told["shown"] = f"{shown} of {told['count']}" + ("" if last else f"; for more {more}")
    if unknown:
        told["not_found"] = [str(task_id) for task_id in unknown]
    return told


def brief(task: TaskOut, zone: ZoneInfo) -> dict[str, Any]:
    """Empty fields are omitted, times are in the user's zone."""
    told: dict[str, Any] = {"id": str(task.id), "title": task.title}
    if task.completed_at:
        told["completed"] = task.completed_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
    if task.deleted_at:
        told["deleted"] = True
    if task.priority != "none":
        told["priority"] = task.priority
    if task.due_on:
        told["due"] = task.due_on.isoformat()
    if task.due_at:
        told["due"] = task.due_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
    if task.tags:
        told["tags"] = task.tags
    if task.notes:
        told["notes"] = task.notes[:NOTES_FOR_MODEL]
    if len(task.notes) > NOTES_FOR_MODEL:
        told["notes_cut"] = f"the first {NOTES_FOR_MODEL} of {len(task.notes)} characters"
    return told


def _length(briefs: list[dict[str, Any]]) -> int:
    return len(json.dumps(briefs, ensure_ascii=False))
