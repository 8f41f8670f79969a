"""Known vulnerabilities of the locked packages, and that an audit that could not ask does not pass for one that did."""

import json

import pytest

from dev.commands import audit


@pytest.mark.parametrize("lock", [*audit.LOCKS, "ui/package-lock.json"])
def test_no_locked_package_has_a_known_vulnerability(lock: str) -> None:
    finding = audit.npm() if lock.endswith(".json") else audit.python(lock)
    assert finding.vulnerable == []
    if finding.unchecked:
        print(f"{lock}: not checked: {finding.unchecked}")
        pytest.skip(f"not checked: {finding.unchecked}")


def test_a_skipped_package_is_not_a_checked_one() -> None:
    """pip-audit ends with 0 and "No known vulnerabilities found" if the service knows none of the packages."""
    skipped = {"name": "jinja2", "skip_reason": "Dependency not found on the index"}
    found = audit.read_pip("lock", json.dumps({"dependencies": [skipped], "fixes": []}))
    assert (found.vulnerable, found.unchecked) == ([], "1 of 1 packages: Dependency not found on the index")


def test_a_vulnerable_package_is_named() -> None:
    package = {"name": "jinja2", "version": "2.10", "vulns": [{"id": "PYSEC-2019-217"}]}
    found = audit.read_pip("lock", json.dumps({"dependencies": [package], "fixes": []}))
    assert (found.vulnerable, found.unchecked) == (["jinja2 2.10: PYSEC-2019-217"], "")
    answer = {"vulnerabilities": {"next": {"severity": "critical"}}}
    assert audit.read_npm("lock", json.dumps(answer)).vulnerable == ["next: critical"]


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ('{"message": "405 Method Not Allowed", "method": "POST"}', "405 Method Not Allowed"),
        ("Traceback\nConnectionError: no route to host", "ConnectionError: no route to host"),
        ("", "no output"),
    ],
)
def test_an_unanswered_question_is_not_checked(output: str, reason: str) -> None:
    assert audit.read_npm("lock", output) == audit.Finding("lock", unchecked=reason)
    assert audit.read_pip("lock", output) == audit.Finding("lock", unchecked=reason)
