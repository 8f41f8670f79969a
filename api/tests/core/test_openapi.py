"""The OpenAPI document, its committed copy, and the page that shows it."""

import json
import re
import subprocess
import sys

import httpx
from fastapi import FastAPI

from tests.support.serving import API, plain_environment


def test_the_committed_copy_is_current() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "app.openapi"],
        cwd=API,
        env=plain_environment(),
        capture_output=True,
        check=True,
    )
    assert made.stdout == API.joinpath("openapi.json").read_bytes(), (
        "Run: cd api && python -m app.openapi > openapi.json"
    )


def test_it_is_served_and_its_references_lead_somewhere(app: FastAPI, client: httpx.Client) -> None:
    text = client.get("/openapi.json").text
    assert json.loads(text) == json.loads(API.joinpath("openapi.json").read_text())
    references = set(re.findall(r'"\$ref": ?"#/components/schemas/(\w+)"', text))
    assert references == json.loads(text)["components"]["schemas"].keys()


def test_every_operation_documents_its_errors_as_problems(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len(operations) >= 15
    for operation in operations:
        errors = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
        assert errors.keys() >= {"422", "503"}
        assert ("401" in errors) == ("security" in operation) or operation["operationId"] == "log_in"
        for answer in errors.values():
            assert answer["content"].keys() == {"application/problem+json"}


def test_the_docs_page_needs_nothing_from_outside(client: httpx.Client) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    assert not re.search(r"(src|href)=\"https?:", page.text)
    assets = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
    assert len(assets) == 3
    for asset in assets:
        assert client.get(asset).status_code == 200
