"""Settings from the environment, which is read only here.

The values of secrets never appear in a message from here: an error names the key and the remedy.
"""

import os
import socket
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

TOKEN_LIFETIME = timedelta(hours=12)
# Wrong passwords for one e-mail address in one window, from any client.
LOGIN_ATTEMPTS, LOGIN_WINDOW = 10, timedelta(minutes=15)
DRIVER = "postgresql+psycopg"
MAX_BODY_BYTES = 1024 * 1024
MAX_BODY_SECONDS = 30.0

_A_NUMBER = "set it to a number, 0 for no limit, or leave it out"
_REMEDIES = {
    "DATABASE_URL": "set it to postgresql://USER:PASSWORD@HOST/DATABASE?sslmode=require"
    " (in the cluster: key DATABASE_URL of Secret todo-secrets)",
    "DATABASE_URL_DIRECT": "leave it out, or set it to the direct (not pooled) form of DATABASE_URL",
    "JWT_SECRET": "leave it out (the replicas then share a key kept in the database),"
    " or set it to at least 32 characters, for example from: openssl rand -hex 32",
    "LOG_LEVEL": "set it to DEBUG, INFO, WARNING or ERROR",
    "DRAIN_SECONDS": "set it to seconds between 0 and 60, or leave it out",
    "METRICS_PORT": "set it to a port, or leave it out (there are no metrics then)",
    "GROQ_API_KEY": "leave it out (the assistant is off then), or copy it again from https://console.groq.com/keys",
    "GROQ_BASE_URL": "leave it out, or set it to scheme and host only, such as http://groq.todo-standins:8080;"
    " /openai/v1 is appended to it",
    "RATE_LIMIT_WRITES": _A_NUMBER,
    "RATE_LIMIT_CHAT_MINUTE": _A_NUMBER,
    "RATE_LIMIT_CHAT_DAY": _A_NUMBER,
    "RATE_LIMIT_REGISTRATIONS": _A_NUMBER,
    "TODO_STANDINS": "set it to a comma list of: database, assistant",
}


class ConfigError(Exception):
    """The environment is invalid; the message is one sentence that names the key and the remedy."""


class Settings(BaseSettings):
    """Values from the environment. Secrets stay SecretStr, so that a repr or a log line hides them."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    database_url: SecretStr
    database_url_direct: SecretStr | None = None
    jwt_secret: Annotated[SecretStr, Field(min_length=32)] | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    todo_standins: Annotated[frozenset[Literal["database", "assistant"]], NoDecode] = frozenset()
    app_version: str = "dev"
    # Longer than HTTP clients keep an idle connection (httpx 5 s): each then learns that it should go elsewhere.
    drain_seconds: float = Field(default=6, ge=0, le=60)
    metrics_port: Annotated[int, Field(ge=0, le=65_535)] | None = None
    # Of one user, but for registrations: of one address, which may be that of a proxy. 0 is no limit.
    rate_limit_writes: Annotated[int, Field(ge=0)] = 1200  # a minute
    rate_limit_chat_minute: Annotated[int, Field(ge=0)] = 30
    rate_limit_chat_day: Annotated[int, Field(ge=0)] = 300  # half of what Groq's free plan allows all of them
    rate_limit_registrations: Annotated[int, Field(ge=0)] = 600  # in five minutes
    groq_api_key: SecretStr | None = None
    groq_base_url: Annotated[str, Field(pattern=r"^https?://[^/?#@\s]+/?$")] = "https://api.groq.com"
    groq_model: str = "openai/gpt-oss-120b"

    @field_validator("database_url", "database_url_direct", mode="after")
    @classmethod
    def _usable_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _parse_url(value)
        return value

    @field_validator("groq_api_key", mode="after")
    @classmethod
    def _fit_for_a_header(cls, value: SecretStr | None) -> SecretStr | None:
        """The HTTP client would quote any other key in its error. A trailing newline is what `echo` leaves."""
        if value is None:
            return None
        key = value.get_secret_value().strip()
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise ValueError("is not a key")
        return SecretStr(key) if key else None

    @field_validator("todo_standins", mode="before")
    @classmethod
    def _comma_list(cls, value: object) -> object:
        return (
            {part.strip() for part in value.split(",") if part.strip()} if isinstance(value, str) else value
        )

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper_case(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @property
    def pod(self) -> str:
        """In Kubernetes a container's host name is the name of its pod."""
        return socket.gethostname()

    @property
    def database(self) -> URL:
        """The database of requests; may be behind a pooler."""
        return _parse_url(self.database_url)

    @property
    def direct_database(self) -> URL:
        """The database of migrations: DATABASE_URL_DIRECT, if set, avoids a pooler."""
        return _parse_url(self.database_url_direct or self.database_url)


def _parse_url(secret: SecretStr) -> URL:
    """The URL for SQLAlchemy and psycopg. Raises ValueError without the value in its message."""
    try:
        url = make_url(secret.get_secret_value().strip())
    except (ArgumentError, ValueError):
        raise ValueError("is not a URL") from None
    if url.drivername not in ("postgres", "postgresql", "postgresql+psycopg2", DRIVER):
        raise ValueError("is not a postgresql:// URL")
    if not url.host or not url.database:
        raise ValueError("names no host or no database")
    return url.set(drivername=DRIVER)


def load_settings() -> Settings:
    """Settings of this process. Raises ConfigError for the first fault only: they are fixed one at a time."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
    key = str(first["loc"][0]).upper()
    fault = "is not set" if not os.environ.get(key) else first["msg"].removeprefix("Value error, ")
    raise ConfigError(f"{key} {_as_predicate(fault)}: {_REMEDIES.get(key, 'see .env.example')}.")


def _as_predicate(fault: str) -> str:
    return fault if fault.startswith(("is ", "names ")) else "is not valid"
