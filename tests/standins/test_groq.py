"""The contract: the same cases with Groq's own client, against the stand-in and, with a key, against Groq.

The stand-in may be stricter in wording, never laxer in what it takes: a backend that passes here must pass there.
"""

import json
import os
from collections.abc import Iterator
from typing import Any

import groq
import pytest

from tests.standins.conversation import ASK, CALLED, MODEL, RESULT, create, refused
from tests.support.groq_standin import KEY, running

REAL_KEY = os.environ.get("GROQ_API_KEY", "")
WHY_NOT = "no GROQ_API_KEY in the environment: the half of the contract that asks Groq itself is left out"


@pytest.fixture(scope="module", params=["stand-in", "groq"])
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[groq.Groq]:
    if request.param == "groq":
        if not REAL_KEY:
            pytest.skip(WHY_NOT)
        yield groq.Groq(api_key=REAL_KEY, base_url="https://api.groq.com", timeout=30)
        return
    with running(tmp_path_factory.mktemp("groq") / "log") as standin:
        yield groq.Groq(api_key=KEY, base_url=standin.url, max_retries=0, timeout=5)


def test_a_call_arrives_complete(client: groq.Groq) -> None:
    completion = create(client, ASK)
    (choice,) = completion.choices
    assert completion.object == "chat.completion"
    assert choice.finish_reason == "tool_calls"
    (call,) = choice.message.tool_calls  # one for each generation
    assert call.id and call.type == "function"
    assert call.function.name == "create_tasks"
    titles = [item["title"].lower() for item in json.loads(call.function.arguments)["items"]]
    assert titles == ["buy milk", "call mum"]
    assert (
        completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens
    )
    assert completion.x_groq.id.startswith("req_")


def test_a_call_arrives_in_a_stream(client: groq.Groq) -> None:
    chunks = list(create(client, ASK, stream=True))
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk.id for chunk in chunks}) == 1
    assert chunks[0].choices[0].delta.role == "assistant"
    pieces = [
        piece for chunk in chunks for choice in chunk.choices for piece in choice.delta.tool_calls or []
    ]
    assert {piece.index for piece in pieces} == {0}
    assert "".join(piece.function.name or "" for piece in pieces) == "create_tasks"
    json.loads("".join(piece.function.arguments or "" for piece in pieces))
    assert "tool_calls" in [choice.finish_reason for chunk in chunks for choice in chunk.choices]
    assert chunks[-1].x_groq.usage.prompt_tokens > 0


def test_an_answer_follows_the_result(client: groq.Groq) -> None:
    chunks = list(create(client, [*ASK, CALLED, RESULT], stream=True))
    text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    assert "milk" in text.lower()
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_reasoning_is_returned_and_may_be_sent_back(client: groq.Groq) -> None:
    message = create(client, ASK).choices[0].message
    assert message.reasoning
    create(client, [*ASK, CALLED | {"reasoning": message.reasoning}, RESULT])


def test_no_call_if_none_is_allowed(client: groq.Groq) -> None:
    message = create(client, [*ASK, CALLED, RESULT], tool_choice="none").choices[0].message
    assert message.content and not message.tool_calls


def test_the_backends_requests_are_accepted(client: groq.Groq) -> None:
    """Every option that it uses, in one request."""
    create(
        client,
        [*ASK, CALLED, RESULT, {"role": "system", "content": "Call no more tools."}],
        tool_choice="none",
        disable_tool_validation=True,
        max_completion_tokens=2048,
        temperature=0.2,
    )


def test_the_model_is_listed(client: groq.Groq) -> None:
    models = {model.id for model in client.models.list().data}
    assert {MODEL, "openai/gpt-oss-20b"} <= models


@pytest.mark.parametrize(
    ("messages", "options", "status", "code", "told"),
    [
        (ASK, {"model": "llama-3.3-70b-versatile-gone"}, 404, "model_not_found", "does not exist"),
        (ASK, {"extra_body": {"store_it": True}}, 400, None, "store_it"),
        ([*ASK, CALLED | {"reasoning_content": "hm"}, RESULT], {}, 400, None, "reasoning_content"),
        ([*ASK, CALLED | {"thoughts": "hm"}, RESULT], {}, 400, None, "thoughts"),
        ([{"role": "robot", "content": "x"}], {}, 400, None, ""),
        ([], {}, 400, None, ""),
        (ASK, {"temperature": 7}, 400, None, "temperature"),
        (ASK, {"reasoning_effort": "none"}, 400, None, "reasoning_effort"),
        (ASK, {"tools": [], "tool_choice": "required"}, 400, None, ""),
    ],
)
def test_what_groq_refuses_is_refused(
    client: groq.Groq, messages: Any, options: dict[str, Any], status: int, code: str | None, told: str
) -> None:
    found, error = refused(client, messages, **options)
    assert found == status
    assert told in error["message"]
    assert error["type"] == "invalid_request_error"
    assert error.get("code") == code or code is None


def test_a_wrong_key_is_refused(client: groq.Groq) -> None:
    with pytest.raises(groq.AuthenticationError) as error:
        create(client.with_options(api_key="gsk_wrong"), ASK)
    body: Any = error.value.body
    assert body["error"]["code"] == "invalid_api_key"
    assert "gsk_wrong" not in str(body)
