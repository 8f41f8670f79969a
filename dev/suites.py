"""`make test` and `make check`: runs every suite, goes on after a failure, and ends with one line that counts."""

import argparse
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dev import paths, testbed

PYTEST = (".venv/bin/python", "-m", "pytest", "-q")
NPM = ("npm", "--silent", "--prefix", "ui", "run")
DOCKERFILES = (
    *("api/Dockerfile", "ui/Dockerfile", "devcontainer/Dockerfile"),
    *("standins/postgres/Dockerfile", "standins/groq/Dockerfile"),
)
SHELL_SCRIPTS = (".ci/run", ".envrc", "standins/postgres/entrypoint.sh")


@dataclass(frozen=True)
class Suite:
    """A command and the way to count it: by a JUnit report if it writes one, else as one test."""

    name: str
    command: tuple[str, ...]
    report: tuple[str, ...] = ()  # options that make it write a JUnit file; {} stands for the path
    needs: frozenset[str] = frozenset()  # of what dev/testbed.py can make ready


def _pytest(name: str, where: str, *needs: str, options: tuple[str, ...] = ()) -> Suite:
    # those that use the cluster take their time, and print what they measured
    slow = ["--capture=no", "-o", "faulthandler_timeout=900"] if "cluster" in needs else []
    return Suite(name, (*PYTEST, *slow, *options, where), ("--junitxml={}",), frozenset({"python", *needs}))


def _lint(name: str, program: str, *arguments: str) -> Suite:
    return Suite(name, (f".venv/bin/{program}", *arguments), needs=frozenset({"python"}))


def _npm(name: str, script: str, *report: str) -> Suite:
    return Suite(name, (*NPM, script, *(["--"] if report else [])), report, frozenset({"npm"}))


VITEST = ("--reporter=default", "--reporter=junit", "--outputFile={}")
POOLED = ("--pooler", "--ignore=api/tests/devserver")  # the development server knows no database
DURATIONS = ("--durations=12",)
CLUSTER = ("npm", "chromium", "tools", "cluster")
SUITES = (
    _lint("format", "ruff", "format", "--check", "."),
    _lint("lint", "ruff", "check", "."),
    _lint("types", "mypy"),
    _lint("yaml", "yamllint", "--strict", "."),
    _lint("dockerfiles", "hadolint", *DOCKERFILES),
    _lint("shell", "shellcheck", *SHELL_SCRIPTS),
    _npm("ui-lint", "lint"),
    _npm("ui-types", "typecheck"),
    _npm("ui-tests", "test", *VITEST),
    _npm("ui-built-tests", "test:built", *VITEST),
    _pytest("dev-tests", "tests/dev"),
    _pytest("docs-tests", "tests/docs"),
    _pytest("devcontainer-tests", "tests/devcontainer", "direnv", "devcontainer-cli"),
    _pytest("api-tests", "api/tests", "postgresql"),
    _pytest("pooler-tests", "api/tests", "postgresql", "pgbouncer", options=POOLED),
    _pytest("services-tests", "tests/services", "postgresql"),
    _pytest("standins-tests", "tests/standins", "postgresql"),
    _pytest("manifests-tests", "tests/manifests", "tools"),
    _pytest("tiltfile-tests", "tests/tiltfile", "tools", "cluster"),
    _pytest("container-tests", "tests/container", "devcontainer-cli", "tools", "cluster"),
    _pytest("e2e", "tests/e2e", *CLUSTER),
    _pytest("prove", "tests/prove", "tools", "cluster", options=DURATIONS),  # short; `make prove` is whole
)
BENCH = _pytest("bench", "tests/e2e/test_4_live_update.py", *CLUSTER)


def main(argv: Sequence[str]) -> int:
    """run test suites: all, or `check` (those that need no cluster), or by name"""
    parser = argparse.ArgumentParser(prog="python3 -m dev test", description=main.__doc__)
    parser.add_argument(
        "suites", nargs="*", metavar="SUITE", help=", ".join(["check", *(s.name for s in SUITES)])
    )
    chosen = _chosen(parser, parser.parse_args(argv).suites)
    testbed.prepare({need for suite in chosen for need in suite.needs})
    passed = failed = 0
    slow = []
    for suite in chosen:
        print(f"\n=== {suite.name}: {' '.join(suite.command)}", flush=True)
        begin = time.monotonic()
        good, bad = run(suite)
        slow.append((time.monotonic() - begin, suite.name, good, bad))
        passed, failed = passed + good, failed + bad
    print()
    for seconds, name, good, bad in slow:
        print(f"{name:<16} {seconds:6.1f} s  {good:4d} passed  {bad:3d} failed")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def _chosen(parser: argparse.ArgumentParser, names: Sequence[str]) -> list[Suite]:
    known = {suite.name: [suite] for suite in (*SUITES, BENCH)}
    known["check"] = [suite for suite in SUITES if "cluster" not in suite.needs]
    unknown = [name for name in names if name not in known]
    if unknown:
        parser.error(f"no suite is called {unknown[0]}; there are {', '.join(known)}")
    return [suite for name in names for suite in known[name]] if names else list(SUITES)


def run(suite: Suite) -> tuple[int, int]:
    """Run one suite; how many tests passed and failed. A crash without a report counts as one failure."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "junit.xml"
        options = [option.format(report) for option in suite.report]
        code = subprocess.run(
            [*suite.command, *options], cwd=paths.ROOT, env=testbed.environment(), check=False
        ).returncode
        if not suite.report:
            return (0, 1) if code else (1, 0)
        good, bad = count(report) if report.exists() else (0, 0)
    if code and not bad:
        print(f"{suite.name} ended with {code}", file=sys.stderr)
        bad = 1
    if not code and not good:
        print(f"{suite.name} ran no test", file=sys.stderr)
        bad = 1
    return good, bad


def count(report: Path) -> tuple[int, int]:
    """Passed and failed test cases of a JUnit file; skipped ones are neither."""
    good = bad = 0
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - written by the runner just now
        outcomes = {child.tag for child in case}
        if outcomes & {"failure", "error"}:
            bad += 1
        elif "skipped" not in outcomes:
            good += 1
    return good, bad
