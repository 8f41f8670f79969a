"""A conversation with one tool call, and how it is sent to Groq or to its stand-in."""

from typing import Any

import groq
import pytest

MODEL = "openai/gpt-oss-120b"
TOOL: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "create_tasks",
        "description": "Add tasks to the user's list, all of them in one call.",
        "parameters": {
            "type": "object",
            "properties": {
                "items": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"title": {"type": "string"}},
                        "required": ["title"],
                    },
                }
            },
            "required": ["items"],
        },
    },
}
SYSTEM = {"role": "system", "content": "You manage a to-do list. Add what the user names with create_tasks."}
ASK = [SYSTEM, {"role": "user", "content": "add buy milk and call mum"}]
CALLED: dict[str, Any] = {
    "role": "assistant",
    "content": "",
    "tool_calls": [
        {
            "id": "call_1",
            "type": "function",
            "function": {"name": "create_tasks", "arguments": '{"items": [{"title": "Buy milk"}]}'},
        }
    ],
}
RESULT = {
    "role": "tool",
    "tool_call_id": "call_1",
    "content": '{"tasks": [{"id": "7", "title": "Buy milk"}]}',
}


def create(client: groq.Groq, messages: Any, **options: Any) -> Any:
    """Untyped on purpose: the tests also send what Groq refuses."""
    defaults = {"model": MODEL, "tools": [TOOL], "temperature": 0, "reasoning_effort": "low"}
    completions: Any = client.chat.completions
    return completions.create(messages=messages, **(defaults | options))


def refused(client: groq.Groq, messages: Any, **options: Any) -> tuple[int, dict[str, Any]]:
    with pytest.raises(groq.APIStatusError) as error:
        create(client, messages, **options)
    body: Any = error.value.body
    assert isinstance(body["error"]["message"], str)
    return error.value.status_code, body["error"]
