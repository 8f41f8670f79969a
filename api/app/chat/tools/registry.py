"""The registry of tools: the description for the model, arguments, effect, and when the user has to confirm."""

import copy
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import ValidationError

from app.chat.schemas import Action, ToolName
from app.chat.tools import effects
from app.chat.tools.arguments import (
    Arguments,
    CompleteTasks,
    CreateTasks,
    DeleteTasks,
    ListTasks,
    RestoreTasks,
    UpdateTasks,
)
from app.chat.tools.effects import Effect, Scope


@dataclass(frozen=True)
class Tool:
    """`unasked` is how many tasks one answer may change before the user has to confirm. None means any number."""

    name: ToolName
    description: str
    arguments: type[Arguments]
    run: Callable[[Scope, Any], Effect]
    unasked: int | None

    def definition(self) -> dict[str, Any]:
        """The tool in the format of Groq's API."""
        function = {"name": self.name, "description": self.description, "parameters": _schema(self.arguments)}
        return {"type": "function", "function": function}


_TOOLS = (
    Tool("create_tasks", "Add tasks, all in one call.", CreateTasks, effects.create, unasked=20),
    Tool(
        "list_tasks",
        "Find tasks and their ids. All filters must match.",
        ListTasks,
        effects.find,
        unasked=None,
    ),
    Tool(
        "update_tasks",
        "Rename, re-schedule, prioritise or tag tasks, or change notes; different changes in one call.",
        UpdateTasks,
        effects.update,
        unasked=5,
    ),
    Tool("complete_tasks", "Complete or reopen tasks.", CompleteTasks, effects.complete, unasked=5),
    Tool("delete_tasks", "Delete tasks. The user confirms it.", DeleteTasks, effects.delete, unasked=0),
    Tool("restore_tasks", "Bring deleted tasks back.", RestoreTasks, effects.restore, unasked=5),
)
TOOLS: dict[str, Tool] = {tool.name: tool for tool in _TOOLS}
assert set(TOOLS) == set(get_args(ToolName))  # noqa: S101 - two lists of the same names


class BadCall(Exception):
    """The model called an unknown tool, or used invalid arguments. The message explains what to fix."""


def parse(name: str, arguments: Any, context: dict[str, Any]) -> tuple[Tool, Arguments]:
    """The tool and its checked arguments. Raises BadCall."""
    tool = TOOLS.get(name)
    if tool is None:
        raise BadCall(f"There is no such tool. The tools are: {', '.join(TOOLS)}.")
    if not isinstance(arguments, dict):
        raise BadCall("The arguments are not a JSON object.")
    try:
        return tool, tool.arguments.model_validate(arguments, context=context)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)[:5]
        told = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults]
        raise BadCall("The arguments are not valid: " + "; ".join(told)) from None


def action(arguments: Arguments) -> Action:
    """The user's word for this change."""
    if isinstance(arguments, CompleteTasks):
        return "complete" if arguments.completed else "reopen"
    by_type: dict[type[Arguments], Action] = {
        CreateTasks: "create",
        UpdateTasks: "update",
        DeleteTasks: "delete",
        RestoreTasks: "restore",
    }
    return by_type[type(arguments)]


def ids(arguments: Arguments) -> list[uuid.UUID]:
    """The existing tasks that the call would change, each once."""
    return list(dict.fromkeys(getattr(arguments, "ids", [])))


def count(arguments: Arguments) -> int:
    return len(arguments.items) if isinstance(arguments, CreateTasks) else len(ids(arguments))


def as_json(arguments: Arguments) -> dict[str, Any]:
    return arguments.model_dump(mode="json", exclude_none=True)


# What the user reads while a change is in progress, and afterwards.
_VERBS: dict[Action, tuple[str, str]] = {
    "create": ("Adding", "Added"),
    "update": ("Changing", "Changed"),
    "complete": ("Completing", "Completed"),
    "reopen": ("Reopening", "Reopened"),
    "delete": ("Deleting", "Deleted"),
    "restore": ("Restoring", "Restored"),
}


def doing(arguments: Arguments) -> str:
    """One line for the user while the tool runs."""
    if isinstance(arguments, ListTasks):
        return "Looking at your tasks"
    return f"{_VERBS[action(arguments)][0]} {plural(count(arguments))}"


def done(arguments: Arguments, number: int) -> str:
    """One line for the user after the tool has run."""
    verb = "Found" if isinstance(arguments, ListTasks) else _VERBS[action(arguments)][1]
    return f"{verb} {plural(number)}"


def plural(number: int) -> str:
    return f"{number} task" if number == 1 else f"{number} tasks"


def _schema(model: type[Arguments]) -> dict[str, Any]:
    """The JSON schema without references, and without parts that only cost tokens."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})

    def plain(node: Any) -> Any:
        if isinstance(node, list):
            return [plain(each) for each in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return plain(copy.deepcopy(definitions[node["$ref"].rsplit("/", 1)[1]]))
        kept = {key: each for key, each in node.items() if not _noise(key, each)}
        return {key: plain(each) for key, each in kept.items()}

    found: dict[str, Any] = plain(schema)
    return found


def _noise(key: str, value: object) -> bool:
    return (key == "title" and isinstance(value, str)) or (key == "default" and value in (None, False, 1))
