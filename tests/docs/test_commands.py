"""Every command in the documents is run by a test: here if it is quick and harmless, else by the one named here.

A command is a line of a fenced `sh` block. A new one fails until it is in one of the three tables.
"""

import re
import subprocess
from pathlib import Path

import pytest

from dev.base import paths
from dev.commands import suites
from tests.docs.documents import DOCUMENTS

# command: a part of what it prints
RUN_HERE = {
    "make help": "everything: tools, cluster, Tilt",
    "cd todo": "",
    "export KUBECONFIG=$PWD/.dev/kubeconfig PATH=$PWD/.dev/bin:$PATH": "",
}
# command: the file that runs it, and how it is written there
RUN_BY = {
    "make test": (".ci/run", "make test"),
    "make up": ("tests/devcontainer/test_dev_container.py", '"devcontainer", "make", "up"]'),
    "make down": ("tests/devcontainer/test_dev_container.py", 'inside("make", "down")'),
    "make doctor": ("tests/devcontainer/test_dev_container.py", 'inside("make", "doctor")'),
    "direnv allow": ("tests/devcontainer/test_envrc.py", 'self.direnv("allow")'),
    "kubectl get pods": ("tests/e2e/test_topology.py", 'world.objects("pods")'),
    "kubectl delete $(kubectl get pods -l app=todo-backend -o name | head -1)": (
        "tests/e2e/test_chat.py",
        'world.kubectl("delete", "pod",',
    ),
    "kubectl logs -l app=todo-backend -c backend --tail=200": (
        "tests/prove/test_manual_way.py",
        'world.kubectl("logs", "-l", "app=todo-backend", "-c", "backend", "--tail=200")',
    ),
}
# command: why no test runs it
NOT_RUN = {
    "git clone REPOSITORY todo": "the address is the reader's",
    "git checkout api ui": "it would discard uncommitted changes",
    "make nuke": "the other suites use the cluster; tests/dev/test_nuke.py runs what it does, against its own docker",
    "ssh -L 30080:localhost:30080 -L 10350:localhost:10350 REMOTE": "there is no remote machine",
}


def commands(document: Path) -> list[str]:
    """The lines of the document's `sh` blocks without comments."""
    blocks = re.findall(r"^```sh\n(.*?)^```", document.read_text(), re.DOTALL | re.MULTILINE)
    lines = [re.sub(r"(^|\s+)#.*", "", line).strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


RECIPES = paths.ROOT / "CONTRIBUTING.md"  # tests/docs/test_recipes.py runs its blocks as a whole
COMMANDS = {document: commands(document) for document in DOCUMENTS if document != RECIPES}
ALL = {command for found in COMMANDS.values() for command in found}


@pytest.mark.parametrize("document", COMMANDS, ids=lambda document: str(document.relative_to(paths.ROOT)))
def test_every_command_has_a_test_or_a_reason(document: Path) -> None:
    for command in COMMANDS[document]:
        assert command in RUN_HERE | RUN_BY | NOT_RUN, (
            f"no test runs `{command}` of {document.relative_to(paths.ROOT)}: put it into RUN_HERE if it is quick and "
            f"harmless, into RUN_BY with the test that runs it, or into NOT_RUN with the reason"
        )


def test_no_command_is_listed_that_no_document_has() -> None:
    assert set(RUN_HERE | RUN_BY | NOT_RUN) == ALL
    assert len(RUN_HERE | RUN_BY | NOT_RUN) == len(RUN_HERE) + len(RUN_BY) + len(NOT_RUN)


@pytest.mark.parametrize(("command", "said"), RUN_HERE.items(), ids=RUN_HERE)
def test_quick_and_harmless_commands_work(command: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "todo").mkdir()
    (tmp_path / "Makefile").symlink_to(paths.ROOT / "Makefile")
    done = subprocess.run(
        ["sh", "-ec", command], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    assert said in done.stdout


@pytest.mark.parametrize("command", sorted(command for command in ALL if command.startswith("make ")))
def test_make_knows_the_target(command: str) -> None:
    """A dry run: what it would start is there."""
    dry = ["make", "--dry-run", *command.split()[1:]]
    done = subprocess.run(dry, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("command", RUN_BY)
def test_the_named_file_runs_it(command: str) -> None:
    file, written = RUN_BY[command]
    assert written in (paths.ROOT / file).read_text(), f"{file} does not run `{command}`"
    assert file == ".ci/run" or file.startswith(places()), f"{file} is in no suite"


def places() -> tuple[str, ...]:
    """The files and folders in which the suites of `python3 -m dev test` look for tests."""
    others = [value for value in vars(suites).values() if isinstance(value, suites.Suite)]
    return tuple(suite.command[-1] for suite in [*suites.SUITES, *others] if "pytest" in suite.command)


def test_reasons_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print("\nnot run by any test:")
        for command, reason in NOT_RUN.items():
            print(f"  {command}: {reason}")
