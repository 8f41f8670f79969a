"""The report of `make test` at the end of a suite."""

import sys
from pathlib import Path

from dev.commands.suites import QUICK, SUITES, Suite
from dev.commands.test import run

PASSES = "def test_good():\n    pass\n\n\n"
FAILS = "def test_bad():\n    assert 1 == 2, 'they differ'\n\n\n"
BREAKS = (
    "import pytest\n\n\n@pytest.fixture\ndef broken():\n    1 / 0\n\n\ndef test_it(broken):\n    pass\n\n\n"
)
SKIPS = "import pytest\n\n\n@pytest.mark.skip\ndef test_later():\n    pass\n\n\n"


def suite(folder: Path, tests: str) -> Suite:
    (folder / "test_it.py").write_text(tests)
    command = (
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--rootdir={folder}",
        str(folder),
    )
    return Suite("it", command, ("--junitxml={}",))


def test_a_failed_test_is_named_with_its_reason(tmp_path: Path) -> None:
    outcome = run(suite(tmp_path, SKIPS + PASSES + FAILS + BREAKS))
    assert outcome.passed == 1
    failed, broken = outcome.failures
    assert failed.startswith("test_it test_bad: AssertionError: they differ")
    assert broken.startswith("test_it test_it: failed on setup")


def test_a_suite_in_which_nothing_ran_has_failed(tmp_path: Path) -> None:
    assert run(suite(tmp_path, SKIPS)).failures == ["ran no test"]


def test_a_suite_that_ends_without_a_report_has_failed() -> None:
    crash = (sys.executable, "-c", "raise SystemExit(7)")
    assert run(Suite("it", crash, ("--ignored={}",))).failures == ["ended with 7"]
    assert run(Suite("it", crash)).failures == ["ended with 7"]
    good = (sys.executable, "-c", "")
    assert run(Suite("it", good, ("--ignored={}",))).failures == ["ran no test"]
    assert run(Suite("it", good)).passed == 1


def test_check_needs_no_cluster_and_test_runs_each_suite_once() -> None:
    assert not [suite.name for suite in QUICK if "cluster" in suite.needs]
    names = [suite.name for suite in SUITES]
    assert set(names) >= {suite.name for suite in QUICK}
    assert len(set(names)) == len(names)


def test_slow_tests_of_the_api_are_in_the_other_suite() -> None:
    """Both suites have the same folder, so each test has to be in exactly one of them."""
    quick, slow = (suite for suite in SUITES if suite.name in ("api-tests", "api-slow-tests"))
    assert quick.command[-3:] == ("-m", "not slow", "api/tests")
    assert slow.command[-3:] == ("-m", "slow", "api/tests")
