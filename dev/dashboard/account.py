"""Accounts to try the application with: one with many tasks, and one whose token is printed."""

import json
import random
import secrets
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

from dev.base.failure import Failure
from dev.env import addresses, standins

MOST = 1000  # the API accepts 1200 writes a minute from one user
EMAIL = "developer@example.com"
_VERBS = ("Call", "Write to", "Prepare for", "Pay", "Plan with", "Visit", "Thank", "Send the report to")
_WHO = ("the bank", "Amira", "the landlord", "the team", "Jonas", "the dentist", "the school", "grandmother")
_TAGS = ("home", "work", "money", "family", "health", "travel")


def seed(count: str) -> None:
    """create an account with that many tasks and print its login"""
    if not count.isdigit() or not 1 <= int(count) <= MOST:
        raise Failure(f"cannot seed {count!r} tasks", f"a number from 1 to {MOST}")
    email, password = f"seed-{secrets.token_hex(4)}@example.com", secrets.token_urlsafe(9)
    session = _ask("/auth/register", {"email": email, "password": password})
    dice = random.Random(email)  # noqa: S311 - sample data
    for _ in range(int(count)):
        _ask("/tasks", _task(dice), str(session["access_token"]))
    print(f"{count} tasks. Log in at {addresses.here()} as {email} with {password}")


def token() -> None:
    """print a new token of the developer's account"""
    login = {"email": EMAIL, "password": standins.remembered("developer-password")}
    try:
        session = _ask("/auth/login", login)
    except Failure:  # the account does not exist yet
        session = _ask("/auth/register", login)
    print(f"{EMAIL}, valid for 12 hours:\n{session['access_token']}")


def _task(dice: random.Random) -> dict[str, Any]:
    due = datetime.now(UTC) + timedelta(days=dice.randint(-10, 40))
    return {
        "title": f"{dice.choice(_VERBS)} {dice.choice(_WHO)}",
        "priority": dice.choice(["none", "low", "medium", "high"]),
        "tags": sorted(dice.sample(_TAGS, dice.randint(0, 2))),
        **({"due_at": due.isoformat()} if dice.random() < 0.6 else {}),
    }


def _ask(path: str, body: dict[str, Any], bearer: str = "") -> dict[str, Any]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
    request = urllib.request.Request(f"{addresses.here()}/api/v1{path}", json.dumps(body).encode(), headers)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=60) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as error:
        raise Failure(
            f"the API answers {path} with {error.code}: {error.read(300).decode(errors='replace')}",
            "read the log of the resource api",
        ) from error
    except OSError as error:
        raise Failure(f"the API does not answer: {error}", "make up") from error
