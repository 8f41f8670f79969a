"""A model's mistakes, made when a fault asks for them. The server handles transport faults."""

import json
import uuid
from typing import Any

from .mind import Exchange, Reply, think
from .scripts import Call
from .strict import Refused

FAILED = "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details."
UNPARSABLE = "Failed to parse tool call arguments as JSON"


def reply(messages: list[dict[str, Any]], fault: str, *, may_call: bool) -> Reply:
    """The reply, with the fault if it is a model's mistake. Raises Refused for mistakes that Groq catches."""
    thought = think(messages, gullible=fault == "gullible")
    exchange = Exchange.last(messages)
    called = _wrong_calls(fault, exchange, thought)
    found = Reply(calls=called, reasoning="…") if called else thought
    if fault == "empty":
        return Reply()
    if fault == "none-called" and not may_call:
        raise tool_use_failed(
            json.dumps({"name": "list_tasks", "arguments": {}}),
            "Tool choice is none, but model called a tool",
        )
    if found.calls and not may_call:
        return Reply(text="That is as far as I came.")
    return found


def refusal(fault: str, thought: Reply) -> Refused | None:
    """Groq's 400 answer, for the faults named after it."""
    call = thought.calls[0] if thought.calls else Call("list_tasks", {})
    if fault in ("tool_use_failed", "tool_use_failed-midstream"):
        wrong = {"name": call.name, "arguments": call.arguments | {"nonsense": True}}
        return tool_use_failed(json.dumps(wrong), FAILED)
    if fault == "tool_use_failed-unparsable":
        return tool_use_failed('{"items": [{"title": "half a', UNPARSABLE)
    if fault == "tool_use_failed-text":
        return tool_use_failed("I would rather just talk about it.", FAILED)
    return None


def tool_use_failed(generation: str, message: str) -> Refused:
    return Refused(400, message, "tool_use_failed", failed_generation=generation)


def _wrong_calls(fault: str, exchange: Exchange, thought: Reply) -> list[Call]:
    """The calls that replace the model's own. Empty if the fault is of another kind or was already applied."""
    first = thought.calls[0].name if thought.calls else "list_tasks"
    always = {
        "badjson": Call(first, {"__text__": '{"items": [{"title": "half a'}),
        "bad-arguments": Call(first, {"nonsense": True}),
        "unknown-tool": Call("drop_database", {"really": True}),
        "loop": Call("list_tasks", {"status": "open"}),
        "none-called": Call("list_tasks", {"status": "open"}),
        "loop-changes": Call("create_tasks", {"items": [{"title": f"Task {len(exchange.calls)}"}]}),
    }
    once = {
        "foreign-id": [Call("complete_tasks", {"ids": [str(uuid.UUID(int=7))]})],
        "parallel": [Call("create_tasks", {"items": [{"title": each}]}) for each in ("One", "Two")],
    }
    if fault in always:
        return [always[fault]]
    if fault in once:
        return [] if exchange.calls else once[fault]
    return _after_looking(fault, exchange) if fault in ("delete-all", "batches") else []


def _after_looking(fault: str, exchange: Exchange) -> list[Call]:
    """Applies to every task that the first call returned."""
    if not exchange.calls:
        return [Call("list_tasks", {})]
    ids = [task["id"] for task in exchange.calls[0][1].get("tasks", [])]
    done = len(exchange.calls) - 1
    if fault == "delete-all":
        return [] if done else [Call("delete_tasks", {"ids": ids})]
    batch = ids[done * 5 : done * 5 + 5]
    return [Call("complete_tasks", {"ids": batch})] if batch else []
