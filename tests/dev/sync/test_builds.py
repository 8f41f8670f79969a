"""A failed image build has its reason and a remedy in the resource's own log."""

from typing import Any

import pytest

from dev.sync.builds import Builds, explain

ERROR = 'process "/bin/sh -c npm ci" did not complete successfully: exit code: 1'
INDEX = "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution"


@pytest.mark.parametrize(
    ("printed", "reason", "remedy"),
    [
        ("dockerfile parse error on line 3: unknown instruction: FORM", "on line 3", "fix the instruction"),
        ("node:20: failed to resolve source metadata for x/node:20", "base image is missing", "make up"),
        ('Get "https://no.such/v2/": dial tcp: lookup no.such: no such host', "base image", "make up"),
        ("pull access denied for local/todo-python, repository does not exist", "base image", "make up"),
        (
            "#9 1.204 npm error code EUSAGE",
            "package-lock.json disagree: npm error code EUSAGE",
            "npm install",
        ),
        ("npm error code EINTEGRITY", "not the one that is pinned", "otherwise do not install it"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "not the one that is pinned", "make lock"),
        ("ERROR: In --require-hashes mode, all requirements must have", "with its hash", "requirements.in"),
        ("npm error code EAI_AGAIN", "package index cannot be reached", "network"),
        (f"{INDEX}\nERROR: No matching distribution found for x==1", "index cannot be reached", "network"),
        ("ERROR: No matching distribution found for fastapi==99", "fastapi==99", "correct the version"),
        ("npm error code ETARGET", "no such version", "correct the version"),
        ("COPY failed: file not found in build context: stat app/x: file", "is missing", ".dockerignore"),
        ('failed to compute cache key: "/app/x": not found', "is missing", ".dockerignore"),
        ("write /opt/venv/x: no space left on device", "disk is full", "make doctor"),
        ("Cannot connect to the Docker daemon at tcp://192.168.49.2:2376", "does not answer", "make up"),
    ],
)
def test_the_cause_in_the_builders_output_is_named(printed: str, reason: str, remedy: str) -> None:
    log = "\n".join(f"          api │ {line}" for line in ["STEP 1/3 — Building", *printed.splitlines()])
    found = explain("api", "10:00", ERROR, log)
    assert reason in found.reason
    assert remedy in found.remedy
    assert "│" not in found.reason


def test_an_unknown_cause_shows_tilts_error() -> None:
    found = explain("ui", "10:00", ERROR, "")
    assert found.reason == f"the build failed: {ERROR}"
    assert "first error above" in found.remedy


def test_an_earlier_build_in_the_same_log_is_not_the_cause() -> None:
    log = "STEP 1/3\nno space left on device\nSTEP 1/3 — Building\nnpm error code EUSAGE\n"
    assert "disagree" in explain("ui", "10:00", ERROR, log).reason


def resource(name: str, *builds: dict[str, str]) -> dict[str, Any]:
    return {"metadata": {"name": name}, "status": {"buildHistory": list(builds)}}


def test_each_failed_build_is_one_trouble_until_the_next_build() -> None:
    shown: list[dict[str, Any]] = []
    read: list[str] = []

    def log(name: str) -> str:
        read.append(name)
        return "STEP 1/3\nnpm error code EUSAGE"

    builds = Builds(lambda: shown, log)
    good, bad = {"startTime": "9:00"}, {"startTime": "10:00", "error": ERROR}
    shown[:] = [resource("ui", bad, good), resource("api", good), resource("api-tests", bad), resource("x")]
    assert [each.resource for each in builds.troubles()] == ["ui"]
    first = builds.troubles()
    assert read == ["ui"]  # once per failure
    shown[:] = [resource("ui", {**bad, "startTime": "11:00"}, bad)]
    assert builds.troubles() != first  # is printed again
    shown[:] = [resource("ui", {"startTime": "12:00"}, bad)]
    assert builds.troubles() == []
