"""The messages to a model and its reply, independent of the provider."""

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
    """A model's reply. `reasoning` is only for the model itself."""

    model: str
    text: str = ""
    reasoning: str = ""
    calls: list[ToolCall] = field(default_factory=list)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    requests_left: str = ""
    """What remains of the organisation's limit, from Groq's header."""
