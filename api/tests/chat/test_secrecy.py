"""The key is a canary: it may sing nowhere. Nor may what the user says, in the log."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.core.config import ConfigError, Settings, load_settings
from tests.support.chat import Chat, replica, talk
from tests.support.groq_standin import KEY, Standin

pytestmark = pytest.mark.slow

# Never three outages in a row, or the circuit breaker would keep the rest from happening.
FAULTS = (
    *("401", "echo", "", "500", "cut", "", "garbled", "stream-error", ""),
    *("badjson", "tool_use_failed", "echo", "429"),
)
SAID = "canary-sentence"


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_the_key_is_in_no_log_and_no_answer(
    chat: Chat, settings: Settings, standin: Standin, tmp_path: Path, level: str
) -> None:
    answers = []
    with replica(settings, standin, tmp_path / "log", LOG_LEVEL=level) as server:
        user = talk(server, chat)
        for fault in FAULTS:
            standin.fault(fault)
            answers.append(str(user.say(f"add {SAID}").events))
        answers.append(user.ask("hello").text)
        answers += [user.http.get(path).text for path in ("/chat/messages", "/about", "/tasks")]
    log = server.log.read_text()
    assert log.count("model call") >= len(FAULTS)
    assert KEY not in log + "".join(answers)
    assert KEY[:12] not in log
    assert SAID not in log
    assert "Authorization" not in log
    lines = [json.loads(line) for line in log.splitlines() if "model call" in line]
    for line in lines:
        assert line["request_id"] and line["model"] and line["outcome"] and line["duration_ms"] >= 0
    assert {"create_tasks"} <= {line.get("tool") for line in lines}


def test_a_key_that_no_header_could_carry_is_refused_without_quoting_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", settings.database_url.get_secret_value())
    monkeypatch.setenv("GROQ_API_KEY", "gsk_canary\nX-Evil: 1")
    with pytest.raises(ConfigError) as error:
        load_settings()
    assert str(error.value).startswith("GROQ_API_KEY is not a key: leave it out")
    assert "canary" not in str(error.value)


def test_a_line_end_after_the_key_is_no_part_of_it(settings: Settings) -> None:
    """What `echo` leaves in a Secret."""
    made = Settings(database_url=settings.database_url, groq_api_key=SecretStr("gsk_1\n"))
    assert made.groq_api_key == SecretStr("gsk_1")
    assert Settings(database_url=settings.database_url, groq_api_key=SecretStr(" ")).groq_api_key is None


@pytest.mark.parametrize(
    "url", ["https://api.groq.com/openai/v1", "api.groq.com", "https://u:p@host", "ftp://host"]
)
def test_a_base_url_is_scheme_and_host(settings: Settings, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", settings.database_url.get_secret_value())
    monkeypatch.setenv("GROQ_BASE_URL", url)
    with pytest.raises(
        ConfigError, match="GROQ_BASE_URL is not valid: leave it out, or set it to scheme and host"
    ):
        load_settings()
