"""What errors look like, and what they never tell."""

import json
import re

import httpx
import pytest
from fastapi import FastAPI

from tests.support.assertions import assert_problem

CANARY = "canary-0815"


def test_errors_of_the_framework_are_problems_too(client: httpx.Client) -> None:
    assert_problem(client.get("/nowhere"), 404)
    assert_problem(client.get("/api/v1/tasks/"), 401 if client.headers.get("authorization") else 404)
    assert client.put("/api/v1/about").headers["allow"] == "GET, HEAD, OPTIONS"
    assert_problem(client.put("/api/v1/about"), 405)
    assert_problem(client.get("/api/v1/auth/me"), 401)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/tasks", {"title": CANARY * 30}),
        ("POST", "/tasks", {"title": "x", "due_at": CANARY}),
        ("POST", "/tasks", {"title": "x", "priority": CANARY}),
        ("POST", "/tasks", {"title": "x", CANARY: 1}),
        ("POST", "/tasks", {"title": {CANARY: CANARY}}),
        ("POST", "/tasks", [CANARY]),
        ("POST", "/tasks/bulk", {"ids": [CANARY], "action": CANARY}),
        ("POST", "/auth/register", {"email": f"{CANARY}(at)x", "password": CANARY[:7]}),
        ("POST", "/auth/register", {"email": f"{CANARY}@{CANARY}..com", "password": CANARY}),
        ("POST", "/auth/login", {"email": f"{CANARY}@example.com", "password": CANARY}),
        ("GET", f"/tasks?sort={CANARY}&tz={CANARY}&page={CANARY}&deleted={CANARY}&{CANARY}={CANARY}", None),
        ("GET", "/tasks/z0815", None),
    ],
)
def test_no_error_repeats_what_the_caller_sent(
    ann: httpx.Client, method: str, path: str, body: object
) -> None:
    answer = ann.request(method, path, json=body)
    assert answer.status_code in (401, 422)
    assert_problem(answer, answer.status_code)
    assert CANARY not in answer.text
    for error in answer.json().get("errors", []):
        assert error.keys() == {"loc", "msg", "type"}
        assert "z" not in re.sub("[a-z]{2,}", "", error["msg"])


def test_broken_json_and_other_bodies(ann: httpx.Client) -> None:
    as_json = {"Content-Type": "application/json"}
    for content in (b"{" + CANARY.encode(), b"\xff\xfe", b"", b'"' + CANARY.encode() + b'"'):
        answer = ann.post("/tasks", content=content, headers=as_json)
        assert_problem(answer, answer.status_code)
        assert answer.status_code in (400, 422)
        assert CANARY not in answer.text


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_is_not_json_is_an_unsupported_media_type(ann: httpx.Client, media_type: str) -> None:
    answer = ann.post("/tasks", content=b'{"title": "x"}', headers={"Content-Type": media_type})
    assert_problem(answer, 415)
    assert answer.headers["accept"] == "application/json"


def test_no_body_at_all_is_invalid_whatever_its_type(ann: httpx.Client) -> None:
    assert_problem(ann.post("/tasks", headers={"Content-Type": "text/plain"}), 422)


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "application/merge-patch+json"])
def test_types_that_are_json_are_taken(ann: httpx.Client, media_type: str) -> None:
    answer = ann.post("/tasks", content=b'{"title": "x"}', headers={"Content-Type": media_type})
    assert answer.status_code == 201


def test_deeply_nested_json_is_no_crash(ann: httpx.Client) -> None:
    answer = ann.post("/tasks", content=b"[" * 200_000, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)


def test_an_unforeseen_error_tells_nothing(app: FastAPI, client: httpx.Client) -> None:
    @app.get("/broken", include_in_schema=False)
    def broken() -> None:
        raise RuntimeError(f"secret {CANARY} of users")

    body = assert_problem(client.get("/broken"), 500)
    assert CANARY not in json.dumps(body)
    assert "secret" not in json.dumps(body)


def test_the_request_id_is_taken_if_it_looks_sane(client: httpx.Client) -> None:
    def ids(given: str) -> str:
        return str(
            client.get("/health/live", headers={b"X-Request-ID": given.encode()}).headers["x-request-id"]
        )

    sane = "Trace_1.2-" + "a" * 118
    assert ids(sane) == sane
    for strange in ("", "a" * 129, "a b", 'a"b', "a;b", "é"):
        assert re.fullmatch("[0-9a-f]{32}", ids(strange))
    assert ids("") != ids("")


def test_every_answer_names_its_pod(client: httpx.Client) -> None:
    pods = {
        client.get(path).headers["x-pod"] for path in ("/docs", "/nowhere", "/api/v1/tasks", "/health/db")
    }
    assert pods == {client.get("/api/v1/about").json()["pod"]}
