"""The test suites: their commands, what they need, and in which order they run."""

from dataclasses import dataclass

from dev.base import paths

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
QUICK = (  # `make check`: two at a time, of the long ones the longest first
    _lint("format", "ruff", "format", "--check", "."),
    _lint("lint", "ruff", "check", "."),
    _pytest("words", "tests/words"),
    _pytest("api-tests", "api/tests", "postgresql", options=NO_SLOW),
    _npm("ui-tests", "test", *VITEST),
    _pytest("standins-tests", "tests/standins", "postgresql"),
    _pytest("dev-tests", "tests/dev", "postgresql", options=NO_LANE),
    _lint("types", "mypy"),
    _npm("ui-types", "typecheck"),
    _pytest("manifests-tests", "tests/manifests", "tools"),
    _pytest("docs-tests", "tests/docs", options=NO_RECIPES),
    _lint("yaml", "yamllint", "--strict", "."),
    _lint("dockerfiles", "hadolint", *DOCKERFILES),
    _lint("shell", "shellcheck", *SHELL_SCRIPTS),
    _npm("ui-lint", "lint"),
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
