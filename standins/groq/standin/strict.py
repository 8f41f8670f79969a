"""Refuses what Groq refuses, with the same status, code and wording. No other check limits messages."""

import json
import re
from typing import Any

REASONING_MODELS = ("openai/gpt-oss-120b", "openai/gpt-oss-20b")
MODELS = (*REASONING_MODELS, "qwen/qwen3.6-27b")
_BODY = frozenset(
    re.findall(
        r"\w+",
        "messages model citation_options compound_custom disable_tool_validation documents exclude_domains "
        "frequency_penalty function_call functions include_domains include_reasoning logit_bias logprobs "
        "max_completion_tokens max_tokens metadata n parallel_tool_calls presence_penalty reasoning_effort "
        "reasoning_format response_format search_settings seed service_tier stop store stream stream_options "
        "temperature tool_choice tools top_logprobs top_p user",
    )
)
_MESSAGE = {
    "system": {"role", "content", "name"},
    "user": {"role", "content", "name"},
    "assistant": {"role", "content", "name", "tool_calls", "function_call", "reasoning"},
    "tool": {"role", "content", "tool_call_id"},
}
_TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
Body = dict[str, Any]


class Refused(Exception):
    """An error answer: status, and the body's `error` object."""

    def __init__(self, status: int, message: str, code: str | None = None, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.error = {
            "message": message,
            "type": "invalid_request_error",
            **({"code": code} if code else {}),
            **more,
        }


def check_key(authorization: str) -> None:
    """Keys for the stand-in are marked as such. A real key was sent here by mistake and is refused like a wrong one."""
    scheme, _, key = authorization.partition(" ")
    if scheme != "Bearer" or not key.startswith("standin-"):
        raise Refused(401, "Invalid API Key", "invalid_api_key")


def check(body: Any) -> Body:
    """The body, if Groq would accept it. Raises Refused."""
    if not isinstance(body, dict):
        raise Refused(400, "request body must be an object")
    for name in body:
        if name not in _BODY:
            raise Refused(400, f"property '{name}' is unsupported")
    for name in ("model", "messages"):
        if name not in body:
            raise Refused(400, f"'{name}' : property '{name}' is missing")
    if body["model"] not in MODELS:
        message = f"The model `{body['model']}` does not exist or you do not have access to it."
        raise Refused(404, message, "model_not_found")
    _check_numbers(body)
    _check_tools(body)
    if not isinstance(body["messages"], list) or not body["messages"]:
        raise Refused(400, "'messages' : minimum number of items is 1")
    _check_messages(body["messages"], reasons=body["model"] in REASONING_MODELS)
    return body


def _check_numbers(body: Body) -> None:
    effort = body.get("reasoning_effort")
    allowed = ("low", "medium", "high") if body["model"] in REASONING_MODELS else ("none", "default")
    if effort is not None and effort not in allowed:
        raise Refused(400, f"`reasoning_effort` must be one of {', '.join(allowed)}")
    for name, low, high in (
        ("temperature", 0, 2),
        ("top_p", 0, 1),
        ("n", 1, 1),
        ("max_completion_tokens", 1, 65536),
    ):
        value = body.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise Refused(400, f"'{name}' : value must be a number")
        if value is not None and not low <= value <= high:
            raise Refused(400, f"'{name}' : number must be between {low} and {high}")


def _check_tools(body: Body) -> None:
    tools = body.get("tools") or []
    for i, tool in enumerate(tools):
        function = tool.get("function") if isinstance(tool, dict) else None
        if (
            not isinstance(function, dict)
            or tool.get("type") != "function"
            or set(tool) > {"type", "function"}
        ):
            raise Refused(400, f"'tools.{i}' : value must be a function")
        for name in set(function) - {"name", "description", "parameters", "strict"}:
            raise Refused(400, f"'tools.{i}.function' : property '{name}' is unsupported")
        if not _TOOL_NAME.fullmatch(str(function.get("name", ""))):
            raise Refused(400, f"'tools.{i}.function.name' : string does not match pattern")
        if not isinstance(function.get("parameters", {}), dict):
            raise Refused(400, f"'tools.{i}.function.parameters' : value must be an object")
    choice = body.get("tool_choice")
    if choice in (None, "auto", "none"):
        return
    if not tools:
        raise Refused(400, "tool_choice is only allowed when tools are specified")
    if choice != "required" and not (isinstance(choice, dict) and choice.get("type") == "function"):
        raise Refused(400, "'tool_choice' : one of the options must match")


def _check_messages(messages: list[Any], *, reasons: bool) -> None:
    open_calls: list[str] = []
    for i, message in enumerate(messages):
        role = _checked_role(i, message, reasons)
        if role == "tool":
            if message.get("tool_call_id") not in open_calls:
                raise Refused(400, f"'messages.{i}' : tool_call_id does not match a preceding tool call")
            open_calls.remove(message["tool_call_id"])
        elif open_calls:
            raise Refused(400, f"'messages.{i}' : tool calls before it have no response")
        open_calls += [_checked_call(i, role, call) for call in message.get("tool_calls") or []]
    if open_calls:
        raise Refused(400, "tool calls at the end have no response")


def _checked_role(i: int, message: Any, reasons: bool) -> str:
    """The role of a message whose fields match it. Raises Refused."""
    role = message.get("role") if isinstance(message, dict) else None
    if role not in _MESSAGE:
        raise Refused(400, f"'messages.{i}' : discriminator property 'role' has invalid value")
    allowed = _MESSAGE[role] - (set() if reasons else {"reasoning"})
    for name in message:
        if name not in allowed:
            raise _unsupported(i, role, f"property '{name}' is unsupported")
    if not isinstance(message.get("content"), str | list) and not message.get("tool_calls"):
        raise _unsupported(i, role, "property 'content' is missing")
    return str(role)


def _checked_call(i: int, role: str, call: Any) -> str:
    """The call's id."""
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or set(call) != {"id", "type", "function"} or not call["id"]:
        raise _unsupported(i, role, "'tool_calls' : one of the options must match")
    try:
        json.loads(function["arguments"])
    except (KeyError, TypeError, ValueError):
        raise _unsupported(i, role, "'tool_calls.function.arguments' : value must be JSON") from None
    return str(call["id"])


def _unsupported(i: int, role: str, fault: str) -> Refused:
    return Refused(
        400, f"'messages.{i}' : for 'role:{role}' the following must be satisfied[('messages.{i}' : {fault})]"
    )
