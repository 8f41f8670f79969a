"""The stand-in's own features: its switch, faults and notice, and rules that would be expensive to test on Groq."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import groq
import pytest

from tests.standins.conversation import ASK, CALLED, RESULT, TOOL, create, refused
from tests.support.groq_standin import FOLDER, KEY, Standin, running


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standin]:
    with running(tmp_path_factory.mktemp("groq") / "log") as standin:
        yield standin


@pytest.fixture
def client(standin: Standin) -> groq.Groq:
    standin.fault("")
    return groq.Groq(api_key=KEY, base_url=standin.url, max_retries=0, timeout=5)


def test_it_does_not_pass_itself_off_as_groq(client: groq.Groq, standin: Standin) -> None:
    raw = client.chat.completions.with_raw_response.create(model="openai/gpt-oss-120b", messages=ASK[1:])  # type: ignore[arg-type]
    assert raw.headers["x-standin"] == "todo-groq"
    assert "not Groq" in raw.headers["server"]
    text = create(client, [ASK[0], {"role": "user", "content": "hello"}]).choices[0].message.content
    assert text.startswith("(No language model here: this is the stand-in for Groq")
    assert "A stand-in for Groq" in standin.log.read_text()


def test_the_notice_appears_once_per_conversation(client: groq.Groq) -> None:
    earlier = [*ASK, {"role": "assistant", "content": "Hello."}, {"role": "user", "content": "help"}]
    assert "stand-in" not in create(client, earlier).choices[0].message.content


@pytest.mark.parametrize(
    "messages",
    [
        [*ASK, RESULT],
        [*ASK, CALLED],
        [*ASK, CALLED, ASK[1]],
        [*ASK, CALLED, RESULT, RESULT],
        [*ASK, CALLED, RESULT | {"name": "x"}],
        [*ASK, {**CALLED, "tool_calls": [{**CALLED["tool_calls"][0], "index": 0}]}, RESULT],
        [*ASK, {"role": "assistant"}],
    ],
)
def test_a_conversation_that_does_not_fit_together_is_refused(client: groq.Groq, messages: Any) -> None:
    assert refused(client, messages)[0] == 400


def test_arguments_in_a_conversation_have_to_be_json(client: groq.Groq) -> None:
    broken = json.loads(json.dumps(CALLED))
    broken["tool_calls"][0]["function"]["arguments"] = '{"items": ['
    assert refused(client, [*ASK, broken, RESULT])[0] == 400


def test_only_reasoning_models_accept_reasoning(client: groq.Groq) -> None:
    other = {"model": "qwen/qwen3.6-27b", "reasoning_effort": "none"}
    create(client, [*ASK, CALLED, RESULT], **other)
    _, error = refused(client, [*ASK, CALLED | {"reasoning": "hm"}, RESULT], **other)
    assert "property 'reasoning' is unsupported" in error["message"]


@pytest.mark.parametrize(("fault", "status"), [("401", 401), ("429", 429), ("500", 500), ("503", 503)])
def test_a_fault_word_and_the_switch_do_the_same(
    client: groq.Groq, standin: Standin, fault: str, status: int
) -> None:
    worded = [ASK[0], {"role": "user", "content": f"add milk @{fault}"}]
    with pytest.raises(groq.APIStatusError) as by_word:
        create(client, worded)
    standin.fault(fault)
    with pytest.raises(groq.APIStatusError) as by_switch:
        create(client, ASK)
    assert by_word.value.status_code == by_switch.value.status_code == status
    if status == 429:
        assert by_word.value.response.headers["retry-after"] == "7"
    standin.fault("")
    create(client, ASK)


def test_a_fault_can_be_limited(client: groq.Groq, standin: Standin) -> None:
    standin.fault("500x2")
    for _ in range(2):
        with pytest.raises(groq.InternalServerError):
            create(client, ASK)
    create(client, ASK)


def test_tool_use_failed_looks_like_groqs(client: groq.Groq) -> None:
    messages = [ASK[0], {"role": "user", "content": "add milk @tool_use_failed"}]
    status, error = refused(client, messages)
    assert (status, error["code"]) == (400, "tool_use_failed")
    assert json.loads(error["failed_generation"])["name"] == "create_tasks"
    midstream = [ASK[0], {"role": "user", "content": "add milk @tool_use_failed-midstream"}]
    with pytest.raises(groq.APIError) as broken:
        list(create(client, midstream, stream=True))
    assert not isinstance(broken.value, groq.APIStatusError)
    body: Any = broken.value.body
    assert body["code"] == "tool_use_failed"  # in mid-stream the body is the inner object


def test_an_unknown_fault_is_refused(standin: Standin) -> None:
    with pytest.raises(urllib.error.HTTPError) as error:
        standin.fault("no-such-fault")
    assert error.value.code == 400
    assert "429" in json.load(error.value)["known"]


def test_the_probe_is_not_logged(standin: Standin) -> None:
    before = standin.log.read_text()
    with urllib.request.urlopen(f"{standin.url}/healthz", timeout=5) as response:
        assert response.status == 200
    assert standin.log.read_text() == before


def test_keys_are_in_no_log(client: groq.Groq, standin: Standin) -> None:
    with pytest.raises(groq.AuthenticationError):
        create(client.with_options(api_key="gsk_a-real-key-that-lost-its-way"), ASK)
    assert "gsk_" not in standin.log.read_text()
    assert KEY not in standin.log.read_text()


def test_it_restarts_when_its_sources_change(tmp_path_factory: pytest.TempPathFactory) -> None:
    import shutil

    folder = tmp_path_factory.mktemp("sources")
    shutil.copytree(FOLDER / "standin", folder / "standin")
    with running(folder / "log", folder=folder) as standin:
        standin.fault("500")
        mind = folder / "standin" / "mind.py"
        mind.write_text(mind.read_text().replace("No language model here", "Reloaded"))
        standin.wait_for_log("the sources have changed")
        client = groq.Groq(api_key=KEY, base_url=standin.url, max_retries=5, timeout=5)
        text = create(client, [ASK[0], {"role": "user", "content": "hello"}]).choices[0].message.content
    assert text.startswith("(Reloaded")


def test_tools_are_needed_to_call_them(client: groq.Groq) -> None:
    message = client.chat.completions.create(model="openai/gpt-oss-120b", messages=ASK).choices[0].message  # type: ignore[arg-type]
    assert message.content and not message.tool_calls
    assert TOOL["type"] == "function"
