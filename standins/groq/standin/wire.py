"""Formats the answers of Groq's API, as one JSON object or as a stream of server-sent events."""

import json
import re
import time
import uuid
from collections.abc import Iterator
from typing import Any

from .mind import Reply
from .scripts import Call

Json = dict[str, Any]


class Completion:
    """One generation. Token counts are guesses: four characters each."""

    def __init__(self, body: Json, reply: Reply) -> None:
        self._model = body["model"]
        self._reply = reply
        self._id = f"chatcmpl-{uuid.uuid4()}"
        self._request = f"req_{uuid.uuid4().hex[:26]}"
        self._created = int(time.time())
        self._calls = [_call(each) for each in reply.calls]
        self._shows_reasoning = "gpt-oss" in self._model and body.get("include_reasoning") is not False
        written = reply.text + json.dumps(self._calls) + reply.reasoning
        self._usage = _usage(len(json.dumps(body["messages"])) // 4, len(written) // 4)

    @property
    def _finish(self) -> str:
        return "tool_calls" if self._calls else "stop"

    def whole(self) -> Json:
        message: Json = {"role": "assistant"}
        if self._reply.text or not self._calls:
            message["content"] = self._reply.text
        if self._shows_reasoning and self._reply.reasoning:
            message["reasoning"] = self._reply.reasoning
        if self._calls:
            message["tool_calls"] = self._calls
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self._finish}
        usage = {"usage": self._usage, "x_groq": {"id": self._request}, "service_tier": "on_demand"}
        return self._head("chat.completion") | {"choices": [choice]} | usage

    def chunks(self) -> Iterator[Json]:
        """Text is streamed word by word. A tool call arrives in one piece, as with Groq."""
        yield self._chunk({"role": "assistant", "content": ""}, x_groq={"id": self._request})
        if self._shows_reasoning and self._reply.reasoning:
            yield self._chunk({"reasoning": self._reply.reasoning, "channel": "analysis"})
        for word in re.findall(r"\S+\s*|\s+", self._reply.text):
            yield self._chunk({"content": word})
        if self._calls:
            yield self._chunk({"tool_calls": [{"index": i, **call} for i, call in enumerate(self._calls)]})
        yield self._chunk({}, self._finish, x_groq={"id": self._request, "usage": self._usage})

    def _chunk(self, delta: Json, finish: str | None = None, **extra: Any) -> Json:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return self._head("chat.completion.chunk") | {"choices": [choice]} | extra

    def _head(self, kind: str) -> Json:
        return {
            "id": self._id,
            "object": kind,
            "created": self._created,
            "model": self._model,
            "system_fingerprint": "fp_standin",
        }


def event(data: Json | str, name: str = "") -> bytes:
    text = data if isinstance(data, str) else json.dumps(data)
    return (f"event: {name}\n" if name else "").encode() + f"data: {text}\n\n".encode()


def _call(call: Call) -> Json:
    """An argument that is already text comes from a fault and is sent unchanged."""
    given = call.arguments
    text = given["__text__"] if "__text__" in given else json.dumps(given, ensure_ascii=False)
    return {
        "id": f"fc_{uuid.uuid4()}",
        "type": "function",
        "function": {"name": call.name, "arguments": text},
    }


def _usage(prompt: int, completion: int) -> Json:
    return {
        "queue_time": 0.001,
        "prompt_tokens": prompt,
        "prompt_time": 0.001,
        "completion_tokens": completion,
        "completion_time": 0.001,
        "total_tokens": prompt + completion,
        "total_time": 0.002,
    }
