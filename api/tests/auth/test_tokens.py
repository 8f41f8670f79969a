"""What the API accepts as a token."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest

from tests.support.serving import JWT_SECRET

ME = "/api/v1/auth/me"
NOW = datetime.now(UTC)


def claims(user_id: str, **changes: Any) -> dict[str, Any]:
    usual = {"sub": user_id, "iat": NOW, "exp": NOW + timedelta(hours=1), "iss": "todo"}
    return {name: value for name, value in (usual | changes).items() if value is not None}


def signed(payload: dict[str, Any], key: str = JWT_SECRET, algorithm: str = "HS256") -> str:
    return jwt.encode(payload, key, algorithm=algorithm)


@pytest.fixture
def user_id(ann: httpx.Client) -> str:
    found: str = ann.get("/auth/me").json()["id"]
    return found


def ask(client: httpx.Client, token: str) -> httpx.Response:
    return client.get(ME, headers={"Authorization": f"Bearer {token}"})


def test_the_control_a_good_token_is_accepted(client: httpx.Client, user_id: str) -> None:
    assert ask(client, signed(claims(user_id))).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW - timedelta(minutes=1)},
        {"exp": None},
        {"iat": None},
        {"iat": NOW + timedelta(minutes=5)},
        {"iss": "another-issuer"},
        {"iss": None},
        {"sub": None},
        {"sub": "not-a-uuid"},
    ],
)
def test_wrong_claims_are_refused(client: httpx.Client, user_id: str, changes: dict[str, Any]) -> None:
    answer = ask(client, signed(claims(user_id, **changes)))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_another_key_another_algorithm_or_none_are_refused(client: httpx.Client, user_id: str) -> None:
    payload = claims(user_id)
    forged = [
        signed(payload, key="x" * 32),
        signed(payload, key="x" * 64, algorithm="HS512"),
        signed(payload, key=JWT_SECRET * 2, algorithm="HS512"),
        jwt.encode(payload, None, algorithm="none"),
        "gibberish",
        "a.b.c",
    ]
    assert {ask(client, token).status_code for token in forged} == {401}


@pytest.mark.parametrize("header", [None, "Basic YTpi", "Bearer", "token x"])
def test_other_authorization_is_refused(client: httpx.Client, header: str | None) -> None:
    assert client.get(ME, headers={"Authorization": header} if header else {}).status_code == 401


def test_a_token_of_an_account_that_is_gone(client: httpx.Client) -> None:
    """As after the database was emptied: reading and writing both say 401, so that the page asks to log in."""
    headers = {"Authorization": f"Bearer {signed(claims(str(uuid.uuid4())))}"}
    assert client.get(ME, headers=headers).status_code == 401
    assert client.post("/api/v1/tasks", headers=headers, json={"title": "x"}).status_code == 401
