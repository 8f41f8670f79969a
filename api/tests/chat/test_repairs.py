"""Models that call nonsense, or never come to an end."""

import pytest

from tests.support.chat import Chat
from tests.support.groq_standin import Standin


def test_an_invalid_call_is_corrected(chat: Chat) -> None:
    for number, fault in enumerate(("badjson", "bad-arguments", "unknown-tool")):
        said = chat.say(f"add chapter {number} @{fault}x1")
        assert said.names == ["tool_started", "tool_finished", "text", "done"]
    assert chat.titles() == {f"Chapter {number}" for number in range(3)}


@pytest.mark.parametrize("fault", ["badjson", "bad-arguments", "unknown-tool", "empty"])
def test_a_model_that_only_makes_no_sense_is_stopped(chat: Chat, standin: Standin, fault: str) -> None:
    before = standin.asked
    said = chat.say(f"add buy milk @{fault}")
    assert standin.asked - before == 4  # two repairs, and the wrap-up
    assert said.names[-2:] == ["text", "done"]
    assert chat.titles() == set()


@pytest.mark.parametrize(
    "fault",
    ["tool_use_failed", "tool_use_failed-midstream", "tool_use_failed-unparsable"],
)
def test_a_call_that_groq_refuses_is_corrected(chat: Chat, fault: str) -> None:
    said = chat.say(f"add buy milk @{fault}x1")
    assert said.names[-1] == "done"
    assert chat.titles() == {"Buy milk"}


@pytest.mark.parametrize(
    "fault", ["tool_use_failed", "tool_use_failed-midstream", "tool_use_failed-unparsable"]
)
def test_calls_that_groq_always_refuses_come_to_an_end(chat: Chat, fault: str) -> None:
    said = chat.say(f"add buy milk @{fault}")
    assert "Please rephrase it" in said.text
    assert said.names[-1] == "done"
    assert chat.titles() == set()


def test_prose_that_groq_refuses_as_a_call_is_the_answer(chat: Chat) -> None:
    assert chat.say("add buy milk @tool_use_failed-text").text == "I would rather just talk about it."


def test_an_endless_loop_ends(chat: Chat, standin: Standin) -> None:
    before = standin.asked
    said = chat.say("go on @loop")
    assert standin.asked - before == 9  # eight rounds, and the wrap-up
    assert len(said.all("tool_finished")) == 8
    assert said.text.endswith("That is as far as I came.")
    assert said.names[-1] == "done"


def test_an_endless_loop_of_new_tasks_ends(chat: Chat) -> None:
    said = chat.say("go on @loop-changes")
    assert len(chat.tasks()) == 8
    assert said.names[-1] == "done"


def test_several_calls_in_one_reply_are_done_one_after_the_other(chat: Chat) -> None:
    said = chat.say("go on @parallel")
    assert said.names == ["tool_started", "tool_finished", "tool_started", "tool_finished", "text", "done"]
    assert chat.titles() == {"One", "Two"}


def test_a_wrap_up_that_fails_is_replaced_by_what_is_known(chat: Chat, standin: Standin) -> None:
    said = chat.say("go on @none-called")
    assert said.text == "I couldn't work that out. Please rephrase it."
    assert said.names[-1] == "done"
