"""HTTP methods: what there is, what there is not, and that Allow is true."""

import re
import uuid

import httpx
import pytest

from tests.support.assertions import assert_problem

TASK = f"/api/v1/tasks/{uuid.uuid4()}"
ALLOWED = {
    "/api/v1/tasks": "GET, HEAD, OPTIONS, POST",
    "/api/v1/tasks/bulk": "OPTIONS, POST",
    TASK: "DELETE, GET, HEAD, OPTIONS, PATCH",
    f"{TASK}/restore": "OPTIONS, POST",
    "/api/v1/tags": "GET, HEAD, OPTIONS",
    "/api/v1/auth/login": "OPTIONS, POST",
    "/api/v1/chat/messages": "DELETE, GET, HEAD, OPTIONS",
    "/docs": "GET, HEAD, OPTIONS",
    "/docs-assets/favicon.png": "GET, HEAD, OPTIONS",
    "/openapi.json": "GET, HEAD, OPTIONS",
}


@pytest.mark.parametrize("path", ALLOWED)
def test_allow_is_complete(client: httpx.Client, path: str) -> None:
    options = client.options(path)
    assert (options.status_code, options.content) == (204, b"")
    assert options.headers["allow"] == ALLOWED[path]
    for method in {"GET", "POST", "PATCH", "PUT", "DELETE", "TRACE"} - set(ALLOWED[path].split(", ")):
        refused = client.request(method, path)
        assert_problem(refused, 405)
        assert refused.headers["allow"] == ALLOWED[path]


@pytest.mark.parametrize(
    "path", ["/docs", "/openapi.json", "/api/v1/about", "/health/live", "/docs-assets/favicon.png"]
)
def test_head_is_get_without_a_body(client: httpx.Client, path: str) -> None:
    get, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    differing = {"date", "x-request-id"}
    assert {k: v for k, v in head.headers.items() if k not in differing} == {
        k: v for k, v in get.headers.items() if k not in differing
    }


def test_every_documented_path_has_the_methods_of_the_document(
    ann: httpx.Client, client: httpx.Client
) -> None:
    """TRACE, and each method that the document does not have, is refused with the ones that there are."""
    every = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}
    paths = client.get("/openapi.json").json()["paths"]
    assert len(paths) > 15
    for template, operations in paths.items():
        path = re.sub(r"\{\w+\}", str(uuid.uuid4()), template)
        documented = {name.upper() for name in operations} & every
        documented |= {"OPTIONS"} | ({"HEAD"} if "GET" in documented else set())
        allow = ", ".join(sorted(documented))
        options = client.options(path)
        assert (options.status_code, options.headers.get("allow")) == (204, allow), path
        for method in every - documented:
            refused = client.request(method, path)
            assert (refused.status_code, refused.headers.get("allow")) == (405, allow), (method, path)
        if "GET" in documented:
            headers = ann.headers if path.startswith("/api/v1") else {}
            head, get = (client.request(method, path, headers=headers) for method in ("HEAD", "GET"))
            assert (head.status_code, head.content) == (get.status_code, b""), path


def test_head_asks_for_a_token_too(ann: httpx.Client, client: httpx.Client) -> None:
    assert client.head("/api/v1/tasks").status_code == 401
    head = ann.head("/tasks")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(ann.get("/tasks").content)


def test_an_unknown_path_has_no_methods(client: httpx.Client) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "TRACE", "POST"):
        assert client.request(method, "/api/v1/nothing").status_code == 404
