"""A step's row: the outcome of a tool call, for the model, the user, and a replica that continues the answer."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.chat.schemas import SHOWN_NOTES, SHOWN_TASKS, ProposedChange, ToolEvent
from app.chat.store.models import ChatStep
from app.chat.tools import effects, registry
from app.chat.tools.arguments import Arguments, CreateTasks, RestoreTasks, UpdateTasks
from app.chat.tools.confirm import CONFIRM_WITHIN
from app.chat.tools.effects import Effect, Scope
from app.chat.tools.registry import Tool
from app.tasks.changes.changeset import ChangeSet
from app.tasks.schemas import TaskOut


def call_id(step_id: uuid.UUID) -> str:
    """Our own id, because a model may use the same one twice."""
    return f"call_{step_id.hex}"


def within_bounds(tool: Tool, arguments: Arguments, before: list[ChatStep]) -> bool:
    """Whether the call needs no confirmation. Counts all calls of the answer, because many small changes add up."""
    if tool.unasked is None:
        return True
    if isinstance(arguments, UpdateTasks) and arguments.replaces_text:
        return False
    made = [step for step in before if step.state == "done"]
    if isinstance(arguments, CreateTasks):
        earlier = sum(len(step.touched) for step in made if step.tool == "create_tasks")
        return earlier + len(arguments.items) <= tool.unasked
    touched = {task_id for step in made if step.tool != "create_tasks" for task_id in step.touched}
    return len(touched | set(registry.ids(arguments))) <= tool.unasked


def carry_out(step: ChatStep, tool: Tool, arguments: Arguments, scope: Scope) -> None:
    """Run the tool, record its effect, and record how to undo it."""
    record_effect(step, tool, arguments, tool.run(scope, arguments), scope.zone)
    if change_id := scope.changes.save(scope.session):
        step.event = step.event | {"change_id": str(change_id)}


def record_effect(step: ChatStep, tool: Tool, arguments: Arguments, effect: Effect, zone: ZoneInfo) -> None:
    if effect.unknown and not effect.tasks:
        record_failure(step, "There is no such task.")
        return
    step.state = "done"
    step.result = effect.for_model(zone)
    step.touched = [] if tool.unasked is None else [task.id for task in effect.tasks]
    step.event = _event(step, registry.done(arguments, effect.total), effect.tasks, effect.total)


def record_failure(step: ChatStep, reason: str) -> None:
    step.state, step.result = "failed", {"error": reason}
    step.event = _event(step, "Couldn't do that", [], 0, error=reason)


def record_refusal(step: ChatStep) -> None:
    """The user refused."""
    step.state = "denied"
    step.result = {"status": "The user did not allow it. Nothing was done."}
    step.event = step.event | {"state": "denied", "summary": "Not allowed, nothing was done"}


def record_question(step: ChatStep, tool: Tool, arguments: Arguments, scope: Scope) -> None:
    """Record that the user has to confirm first. Changes no task."""
    tasks = effects.known(scope, registry.ids(arguments), deleted=isinstance(arguments, RestoreTasks))
    titles = [task.title for task in tasks]
    if isinstance(arguments, CreateTasks):
        titles = [item.title for item in arguments.items]
    if not titles:
        record_failure(step, "There is no such task.")
        return
    what = f"{registry.action(arguments)} {registry.plural(len(titles))}"
    step.state = "awaiting"
    step.expires_at = scope.now + timedelta(seconds=CONFIRM_WITHIN)
    step.result = {
        "status": f"Not done yet. The user now sees a button to confirm: {what}.",
        "tasks": titles[:SHOWN_TASKS],
        "next": "Say so in one sentence. Don't call the tool again for it.",
    }
    changes = [change.model_dump(mode="json") for change in _proposed(tool, arguments, scope, tasks)]
    step.event = _event(step, f"Wants to {what}", tasks, len(titles)) | {
        "titles": titles[:SHOWN_TASKS],
        "changes": changes,
    }


def _proposed(tool: Tool, arguments: Arguments, scope: Scope, tasks: list[TaskOut]) -> list[ProposedChange]:
    """The effect of a confirmation, found by carrying it out and rolling it back. Raises Problem if that fails."""
    trial = scope.session.begin_nested()
    try:
        done = tool.run(replace(scope, changes=ChangeSet(scope.owner_id, scope.now)), arguments)
        after = {task.id: _for_a_card(task) for task in done.tasks}
    finally:
        trial.rollback()
    if isinstance(arguments, CreateTasks):
        return [ProposedChange(before=None, after=task) for task in list(after.values())[:SHOWN_TASKS]]
    shown = [task for task in tasks[:SHOWN_TASKS] if task.id in after]
    return [ProposedChange(before=_for_a_card(task), after=after[task.id]) for task in shown]


def _for_a_card(task: TaskOut) -> TaskOut:
    return task.model_copy(update={"notes": task.notes[:SHOWN_NOTES]})


def _event(
    step: ChatStep, summary: str, tasks: list[TaskOut], count: int, error: str | None = None
) -> dict[str, Any]:
    event = ToolEvent.model_validate(
        {
            "call_id": call_id(step.id),
            "tool": step.tool,
            "state": step.state,
            "ok": step.state == "done",
            "summary": summary,
            "tasks": [_for_a_card(task) for task in tasks[:SHOWN_TASKS]],
            "count": count,
            "error": error,
        }
    )
    return event.model_dump(mode="json", exclude={"confirmation"})
