"""Registering, logging in, and who am I."""

import statistics
import time
import unicodedata

import httpx
import pytest
from argon2 import PasswordHasher

from app.core.security import password_matches

REGISTER, LOGIN = "/api/v1/auth/register", "/api/v1/auth/login"
EVE = {"email": "eve@example.com", "password": "correct horse"}


def test_register_then_log_in_gives_the_same_user(client: httpx.Client) -> None:
    answer = client.post(REGISTER, json={**EVE, "name": "  Eve  "})
    assert answer.status_code == 201
    session = answer.json()
    assert session["token_type"] == "bearer"
    assert session["expires_in"] == 12 * 3600
    assert session["user"]["name"] == "Eve"
    again = client.post(LOGIN, json=EVE).json()
    assert again["user"] == session["user"]
    me = client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {again['access_token']}"})
    assert me.json() == session["user"]


def test_the_case_of_an_email_address_does_not_matter(client: httpx.Client) -> None:
    client.post(REGISTER, json=EVE | {"email": "Eve@Example.COM"})
    assert client.post(LOGIN, json=EVE).json()["user"]["email"] == "eve@example.com"
    assert client.post(REGISTER, json=EVE | {"email": "EVE@example.com"}).status_code == 409


def test_a_password_is_the_same_from_every_keyboard(client: httpx.Client) -> None:
    """macOS writes an umlaut as two code points, Windows as one; some input methods write digits full width."""
    client.post(REGISTER, json=EVE | {"password": "grün und 1"})
    for typed in (unicodedata.normalize("NFD", "grün und 1"), "grün und \uff11"):
        assert client.post(LOGIN, json=EVE | {"password": typed}).status_code == 200


def test_a_password_that_was_hashed_as_typed_still_opens_its_account() -> None:
    typed = unicodedata.normalize("NFD", "grün und blau")
    older = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(typed)
    assert password_matches(typed, older)
    assert not password_matches("grün und blau", older)


def test_a_taken_address_is_named_for_programs(client: httpx.Client) -> None:
    problem = client.post(REGISTER, json=EVE | {"email": "ann@example.com"}).json()
    assert (problem["status"], problem["type"]) == (409, "urn:todo:problem:email-taken")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "no-address"),
        ("email", "two@@example.com"),
        ("email", "x" * 300 + "@example.com"),
        ("email", None),
        ("password", "short"),
        ("password", "x" * 129),
        ("name", "x" * 81),
        ("name", "nul\x00"),
        ("admin", True),
    ],
)
def test_registration_refuses(client: httpx.Client, field: str, value: object) -> None:
    answer = client.post(REGISTER, json=EVE | {field: value})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"][0] == "body"


def test_an_unknown_address_is_answered_like_a_wrong_password(client: httpx.Client) -> None:
    """Same status, same text, and about the same time: no one can find out who has an account."""

    def attempt(email: str) -> tuple[int, str, float]:
        started = time.perf_counter()
        answer = client.post(LOGIN, json={"email": email, "password": "wrong password"})
        return answer.status_code, answer.json()["detail"], time.perf_counter() - started

    pairs = [(attempt("ann@example.com"), attempt("nobody@example.com")) for _ in range(7)]
    known, unknown = zip(*pairs, strict=True)
    assert {status for status, _, _ in known + unknown} == {401}
    assert len({detail for _, detail, _ in known + unknown}) == 1
    times = [statistics.median(elapsed for _, _, elapsed in attempts) for attempts in (known, unknown)]
    assert min(times) > 0.4 * max(times)


def test_failed_logins_carry_the_challenge(client: httpx.Client) -> None:
    answer = client.post(LOGIN, json=EVE)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
