"""`make test` and `make check`: runs suites, continues after a failure, and ends with a line of totals."""

import argparse
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dev.base import paths
from dev.commands import testbed

PYTEST = (".venv/bin/python", "-m", "pytest", "-q")
NPM = ("npm", "--silent", "--prefix", "ui", "run")
DOCKERFILES = sorted(
    file.relative_to(paths.ROOT).as_posix()
    for pattern in ("*/Dockerfile", "standins/*/Dockerfile")
    for file in paths.ROOT.glob(pattern)
)
SHELL_SCRIPTS = (".ci/run", ".envrc", "standins/postgres/entrypoint.sh")


@dataclass(frozen=True)
class Suite:
    """A command and the way to count it: by a JUnit report if it writes one, else as one test."""

    name: str
    command: tuple[str, ...]
    report: tuple[str, ...] = ()  # options that make it write a JUnit file; {} stands for the path
    needs: frozenset[str] = frozenset()  # what dev/commands/testbed.py has to install or start for it


@dataclass
class Outcome:
    """How many tests passed. For each failed one, its name and the first line of the reason."""

    passed: int
    failures: list[str] = field(default_factory=list)


def _pytest(name: str, where: str, *needs: str, options: tuple[str, ...] = ()) -> Suite:
    # suites that use the cluster are slow, and print what they measured
    slow = ["--capture=no", "-o", "faulthandler_timeout=900"] if "cluster" in needs else []
    return Suite(name, (*PYTEST, *slow, *options, where), ("--junitxml={}",), frozenset({"python", *needs}))


def _lint(name: str, program: str, *arguments: str) -> Suite:
    return Suite(name, (f".venv/bin/{program}", *arguments), needs=frozenset({"python"}))


def _npm(name: str, script: str, *report: str) -> Suite:
    return Suite(name, (*NPM, script, *(["--"] if report else [])), report, frozenset({"npm"}))


VITEST = ("--reporter=default", "--reporter=junit", "--outputFile={}")
POOLED = ("--pooler", "--ignore=api/tests/devserver")  # the development server knows no database
CONTAINER = "tests/devcontainer/test_dev_container.py"  # starts the container, and in it the cluster
NO_CONTAINER = (f"--ignore={CONTAINER}",)
LANE = "tests/dev/sync"
NO_LANE = (f"--ignore={LANE}",)
RECIPES = "tests/docs/test_recipes.py"
NO_RECIPES = (f"--ignore={RECIPES}",)
NO_SLOW, ONLY_SLOW = ("-m", "not slow"), ("-m", "slow")
PATIENT = ("-o", "faulthandler_timeout=900")  # each test runs suites, or the tests that a recipe names
AUDIT = ("-o", "faulthandler_timeout=300")  # each test asks a service, or waits for a timeout
GENERATED = ("-o", "faulthandler_timeout=400")  # one test sends all generated requests
DURATIONS = ("--durations=12",)
CLUSTER = ("npm", "chromium", "tools", "cluster")
QUICK = (  # `make check`: less than two minutes on two idle cores
    _lint("format", "ruff", "format", "--check", "."),
    _lint("lint", "ruff", "check", "."),
    _lint("types", "mypy"),
    _lint("yaml", "yamllint", "--strict", "."),
    _lint("dockerfiles", "hadolint", *DOCKERFILES),
    _lint("shell", "shellcheck", *SHELL_SCRIPTS),
    _npm("ui-lint", "lint"),
    _npm("ui-types", "typecheck"),
    _npm("ui-tests", "test", *VITEST),
    _pytest("dev-tests", "tests/dev", "postgresql", options=NO_LANE),
    _pytest("words", "tests/words"),
    _pytest("docs-tests", "tests/docs", options=NO_RECIPES),
    _pytest("api-tests", "api/tests", "postgresql", options=NO_SLOW),
    _pytest("standins-tests", "tests/standins", "postgresql"),
    _pytest("manifests-tests", "tests/manifests", "tools"),
)
SLOW = (  # need no cluster, but minutes
    _npm("ui-built-tests", "test:built", *VITEST),
    _pytest("lane-tests", LANE),
    _pytest("devcontainer-tests", "tests/devcontainer", "direnv", "devcontainer-cli", options=NO_CONTAINER),
    _pytest("recipes", RECIPES, "npm", "postgresql", "tools", options=PATIENT),
    _pytest("api-slow-tests", "api/tests", "postgresql", options=ONLY_SLOW),
    _pytest("pooler-tests", "api/tests", "postgresql", "pgbouncer", options=POOLED),
    _pytest("audit", "tests/audit", "npm", options=AUDIT),
    _pytest("contract-tests", "tests/contract", "postgresql", options=GENERATED),
    _pytest(
        "places-tests", "tests/places", "postgresql", "direnv", "devcontainer-cli", "tools", options=PATIENT
    ),
    _pytest("checkov", "tests/checkov", "tools", "checkov"),
)
ON_THE_CLUSTER = (
    _pytest("tiltfile-tests", "tests/tiltfile", "tools", "cluster"),
    _pytest("container-tests", CONTAINER, "devcontainer-cli", "tools", "cluster"),
    _pytest("e2e", "tests/e2e", *CLUSTER, options=DURATIONS),
    _pytest("prove", "tests/prove", "tools", "cluster", options=DURATIONS),  # short; `make prove` runs all
)
SUITES = (*QUICK, *SLOW, *ON_THE_CLUSTER)
BENCHES = ("tests/e2e/test_live_update.py", "tests/e2e/test_stock.py")
BENCH = _pytest("bench", BENCHES[1], *CLUSTER, options=BENCHES[:1])
AFFECTED = _npm("ui-affected", "test:affected")  # by vitest's import graph, of what is not committed yet
SYNC = _pytest("sync", "tests/e2e/test_sync.py", *CLUSTER)  # a part of e2e, which `make prove` runs longer


def main(argv: Sequence[str]) -> int:
    """Run test suites: all, `check` (the quick ones, which need no cluster), or by name."""
    parser = argparse.ArgumentParser(prog="python3 -m dev test", description=main.__doc__)
    parser.add_argument(
        "suites", nargs="*", metavar="SUITE", help=", ".join(["check", *(s.name for s in SUITES)])
    )
    chosen = _chosen(parser, parser.parse_args(argv).suites)
    testbed.prepare({need for suite in chosen for need in suite.needs})
    outcomes: list[tuple[str, float, Outcome]] = []
    for suite in chosen:
        print(f"\n=== {suite.name}: {' '.join(suite.command)}", flush=True)
        begin = time.monotonic()
        outcome = run(suite)
        outcomes.append((suite.name, time.monotonic() - begin, outcome))
    print()
    for name, seconds, outcome in outcomes:
        print(f"{name:<16} {seconds:6.1f} s  {outcome.passed:4d} passed  {len(outcome.failures):3d} failed")
    failures = [f"{name}: {failure}" for name, _, outcome in outcomes for failure in outcome.failures]
    for failure in failures:
        print(f"FAILED {failure}")
    print(f"{sum(outcome.passed for _, _, outcome in outcomes)} passed, {len(failures)} failed", flush=True)
    return 1 if failures else 0


def _chosen(parser: argparse.ArgumentParser, names: Sequence[str]) -> list[Suite]:
    known = {suite.name: [suite] for suite in (*SUITES, BENCH, AFFECTED, SYNC)}
    known["check"] = list(QUICK)
    unknown = [name for name in names if name not in known]
    if unknown:
        parser.error(f"no suite is called {unknown[0]}; there are {', '.join(known)}")
    return [suite for name in names for suite in known[name]] if names else list(SUITES)


def run(suite: Suite) -> Outcome:
    """Run one suite. A crash without a report counts as one failure."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "junit.xml"
        options = [option.format(report) for option in suite.report]
        code = subprocess.run(
            [*suite.command, *options], cwd=paths.ROOT, env=testbed.environment(), check=False
        ).returncode
        outcome = read(report) if report.exists() else Outcome(0)
    if not suite.report and not code:
        outcome.passed = 1
    if code and not outcome.failures:
        outcome.failures.append(f"ended with {code}")
    if not code and not outcome.passed:
        outcome.failures.append("ran no test")
    return outcome


def read(report: Path) -> Outcome:
    """The outcome in a JUnit file. Skipped test cases count neither as passed nor as failed."""
    outcome = Outcome(0)
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - written by the runner just now
        wrong = next((child for child in case if child.tag in {"failure", "error"}), None)
        if wrong is not None:
            reason = wrong.get("message", "").partition("\n")[0][:200]
            outcome.failures.append(f"{case.get('classname')} {case.get('name')}: {reason}")
        elif case.find("skipped") is None:
            outcome.passed += 1
    return outcome
