"""Checks the external services that `.env` names before `make up` uses them. One line each, never a value."""

import http
import json
import urllib.error
import urllib.request
from collections.abc import Callable

from dev.base.failure import Failure
from dev.env import database, dotenv

GROQ = "https://api.groq.com"
TIMEOUT = 10  # seconds
NEW_KEY = "make a key at https://console.groq.com/keys and copy the whole of it into .env"


def require() -> None:
    """Print each successful check. Raises Failure for a value with which the application could not start."""
    values = dotenv.load()
    checks: dict[str, Callable[[str], str]] = {
        "DATABASE_URL": _database,
        "DATABASE_URL_DIRECT": _database,
        "GROQ_API_KEY": groq,
    }
    for key, check in checks.items():
        if key not in values:
            continue
        try:
            print(f"{key}: {check(values[key])}", flush=True)
        except Failure as failure:
            raise Failure(f"{key}: {failure.message}", failure.remedy) from failure


def _database(url: str) -> str:
    database.require_visible_to_pods(url)
    return database.check(url)


def groq(key: str, address: str = GROQ) -> str:
    """A line that reports whether the key works. Raises Failure if it does not. An outage of Groq is not a failure."""
    headers = {
        "Authorization": f"Bearer {key}",
        "User-Agent": "todo-dev",
    }  # Groq refuses Python's default user agent
    request = urllib.request.Request(f"{address}/openai/v1/models", headers=headers)
    try:
        with urllib.request.build_opener(_Staying).open(request, timeout=TIMEOUT) as answer:
            return f"accepted, {len(json.load(answer)['data'])} models"
    except urllib.error.HTTPError as error:
        if error.code == http.HTTPStatus.UNAUTHORIZED:
            raise Failure("Groq does not accept it", NEW_KEY) from error
        return f"not checked, Groq answers with {error.code}; the assistant may not work"
    except (OSError, ValueError, KeyError):
        return "not checked, Groq does not answer; the assistant will not work"


class _Staying(urllib.request.HTTPRedirectHandler):
    """Follows no redirect, because the key must reach only one host."""

    def redirect_request(self, *_: object) -> None:
        return None
