"""Settings: what is refused, how it is said, and what never shows."""

import os
import subprocess
import sys

import pytest
from pydantic import SecretStr

from app.core.config import ConfigError, Settings, load_settings
from tests.support.serving import API, plain_environment

CANARY = "canary-secret-4711"
GOOD = f"postgresql://todo:{CANARY}@db.example.com/todo?sslmode=require"


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://todo:{CANARY}@db.example.com/todo",
        f"{CANARY}",
        f"postgresql://todo:{CANARY}@/todo",
        f"postgresql://todo:{CANARY}@db.example.com",
        f"postgresql://todo:{CANARY}@db.example.com:port/todo",
        f"psql '{GOOD}'",
        " ",
        "",
    ],
)
def test_a_bad_database_url_is_one_sentence_with_the_key_and_the_remedy(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ConfigError) as error:
        load_settings()
    message = str(error.value)
    assert message.startswith("DATABASE_URL is not") or message.startswith("DATABASE_URL names no")
    assert "postgresql://USER:PASSWORD@HOST" in message
    assert "\n" not in message
    assert CANARY not in message


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("JWT_SECRET", CANARY),  # too short
        ("DATABASE_URL_DIRECT", CANARY),
        ("LOG_LEVEL", CANARY),
        ("TODO_STANDINS", CANARY),
        ("DRAIN_SECONDS", CANARY),
        ("METRICS_PORT", CANARY),
    ],
)
def test_other_bad_values_are_named_but_not_shown(
    monkeypatch: pytest.MonkeyPatch, key: str, value: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", GOOD)
    monkeypatch.setenv(key, value)
    with pytest.raises(ConfigError) as error:
        load_settings()
    assert str(error.value).startswith(f"{key} is not ")
    assert CANARY not in str(error.value)


def test_the_forms_that_people_paste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f" {GOOD.replace('postgresql', 'postgres')}&channel_binding=require\n")
    monkeypatch.setenv("JWT_SECRET", "")
    monkeypatch.setenv("TODO_STANDINS", "database, assistant")
    settings = load_settings()
    assert settings.database.drivername == "postgresql+psycopg"
    assert settings.database.query == {"sslmode": "require", "channel_binding": "require"}
    assert settings.direct_database == settings.database
    assert settings.jwt_secret is None
    assert settings.todo_standins == {"database", "assistant"}


def test_migrations_go_past_the_pooler() -> None:
    direct = SecretStr("postgresql://todo:x@db.example.com/todo")
    settings = Settings(database_url=SecretStr(GOOD), database_url_direct=direct)
    assert settings.direct_database.password == "x"
    assert settings.database.password == CANARY


def test_settings_do_not_show_secrets() -> None:
    settings = Settings(database_url=SecretStr(GOOD), jwt_secret=SecretStr(CANARY * 2))
    for text in (repr(settings), str(settings), str(settings.model_dump()), repr(settings.database)):
        assert CANARY not in text


@pytest.mark.parametrize("module", ["app.migrate", "uvicorn app.main:app"])
def test_the_programs_refuse_to_start(module: str) -> None:
    environment = plain_environment() | {"DATABASE_URL": CANARY, "PYTHONPATH": os.fspath(API)}
    done = subprocess.run(
        [sys.executable, "-m", *module.split()],
        cwd=API,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "DATABASE_URL is not a URL" in done.stderr
    assert CANARY not in done.stderr
