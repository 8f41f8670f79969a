"""Which e-mail addresses an account may have, and what a refused one is told."""

import httpx
import pytest

from tests.support.assertions import assert_problem

LOGIN, REGISTER = "/api/v1/auth/login", "/api/v1/auth/register"


@pytest.mark.parametrize(
    "email",
    [
        "me@corp.local",
        "me@example.test",
        "me@nowhere.invalid",
        "me@host.localhost",
        "me@x.onion",
        "me@home.arpa",
    ],
)
def test_reserved_domains_are_addresses_like_others(client: httpx.Client, email: str) -> None:
    """People use them inside of a company, and nothing is ever sent to them."""
    body = {"email": email, "password": "correct horse"}
    assert client.post(REGISTER, json=body).status_code == 201
    assert client.post(LOGIN, json=body).json()["user"]["email"] == email


@pytest.mark.parametrize(
    ("email", "fault"),
    [
        ("canary", "it has no @"),
        ("", "it has no @"),
        ("@canary.org", "there is nothing before the @"),
        ("canary@", "there is nothing after the @"),
        ("canary@@canary.org", "it has more than one @"),
        ("can ary@canary.org", "it contains a space"),
        ("canary@localhost", "the part after the @ has no dot"),
        ("canary..canary@canary.org", "a dot is in the wrong place"),
        ("canary@canary.org.", "a dot is in the wrong place"),
        ("canary@192.168.0.1", "the part after the @ ends in a number"),
        ("canary(1)@canary.org", "it contains a character that is not allowed there"),
        ("canary@can_ary.org", "it contains a character that is not allowed there"),
    ],
)
@pytest.mark.parametrize("path", [REGISTER, LOGIN])
def test_a_refused_address_is_told_why_and_not_quoted(
    client: httpx.Client, path: str, email: str, fault: str
) -> None:
    answer = client.post(path, json={"email": email, "password": "correct horse"})
    (error,) = assert_problem(answer, 422)["errors"]
    assert (error["loc"], error["msg"]) == (["body", "email"], f"must be an e-mail address: {fault}")
    assert "canary" not in answer.text
