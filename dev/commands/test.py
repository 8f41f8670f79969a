"""`make test` and `make check`: runs suites, continues after a failure, and ends with a line of totals."""

import argparse
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from dev.base import paths
from dev.commands import testbed
from dev.commands.suites import AFFECTED, BENCH, QUICK, SUITES, SYNC, Suite


@dataclass
class Outcome:
    """How many tests passed. For each failed one, its name and the first line of the reason."""

    passed: int
    failures: list[str] = field(default_factory=list)
    seconds: float = 0


def main(argv: Sequence[str]) -> int:
    """Run test suites: all, `check` (the quick ones, which need no cluster), or by name."""
    parser = argparse.ArgumentParser(prog="python3 -m dev test", description=main.__doc__)
    parser.add_argument(
        "suites", nargs="*", metavar="SUITE", help=", ".join(["check", *(s.name for s in SUITES)])
    )
    chosen = _chosen(parser, parser.parse_args(argv).suites)
    testbed.prepare({need for suite in chosen for need in suite.needs})
    quick = [suite for suite in chosen if suite in QUICK]
    outcomes = _run_quick(quick) if len(quick) > 1 else {}
    for suite in chosen:
        if suite not in outcomes:
            print(_headline(suite), flush=True)
            outcomes[suite] = run(suite)
    print()
    for suite in chosen:
        found = outcomes[suite]
        counts = f"{found.passed:4d} passed  {len(found.failures):3d} failed"
        print(f"{suite.name:<18} {found.seconds:6.1f} s  {counts}")
    failures = [f"{suite.name}: {failure}" for suite in chosen for failure in outcomes[suite].failures]
    for failure in failures:
        print(f"FAILED {failure}")
    print(f"{sum(found.passed for found in outcomes.values())} passed, {len(failures)} failed", flush=True)
    return 1 if failures else 0


def _chosen(parser: argparse.ArgumentParser, names: Sequence[str]) -> list[Suite]:
    known = {suite.name: [suite] for suite in (*SUITES, BENCH, AFFECTED, SYNC)}
    known["check"] = list(QUICK)
    unknown = [name for name in names if name not in known]
    if unknown:
        parser.error(f"no suite is called {unknown[0]}; there are {', '.join(known)}")
    return [suite for name in names for suite in known[name]] if names else list(SUITES)


def _headline(suite: Suite) -> str:
    return f"\n=== {suite.name}: {' '.join(suite.command)}"


def _run_quick(suites: Sequence[Suite]) -> dict[Suite, Outcome]:
    """Run suites two at a time, and print the output of each when it has ended."""
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(suites, pool.map(_run_printing_later, suites), strict=True))


def _run_printing_later(suite: Suite) -> Outcome:
    with tempfile.TemporaryFile("w+") as output:
        outcome = run(suite, output)
        output.seek(0)
        print(f"{_headline(suite)}\n{output.read()}", flush=True)
    return outcome


def run(suite: Suite, output: IO[str] | None = None) -> Outcome:
    """Run one suite. A crash without a report counts as one failure."""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "junit.xml"
        options = [option.format(report) for option in suite.report]
        code = subprocess.run(
            [*suite.command, *options],
            cwd=paths.ROOT,
            env=testbed.environment(),
            check=False,
            stdout=output,
            stderr=output,
        ).returncode
        outcome = read(report) if report.exists() else Outcome(0)
    if not suite.report and not code:
        outcome.passed = 1
    if code and not outcome.failures:
        outcome.failures.append(f"ended with {code}")
    if not code and not outcome.passed:
        outcome.failures.append("ran no test")
    outcome.seconds = time.monotonic() - begin
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
