"""What is sent to a model and what it returns, independent of its provider."""

from dataclasses import dataclass, field
from typing import Any

MAX_CALLS = 8  # in one reply
Message = dict[str, Any]


@dataclass
class ToolCall:
    name: str = ""
    arguments: str = ""


@dataclass
class Reply:
    """What a model said. `reasoning` is for the model itself only."""

    model: str
    text: str = ""
    reasoning: str = ""
    calls: list[ToolCall] = field(default_factory=list)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    requests_left: str = ""
    """Of the organisation's limit, from Groq's header."""
