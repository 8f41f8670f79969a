"""`.envrc` under the real direnv sets the same values as `make`, exposes no secret, starts nothing, and is fast."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dev.base import paths, stack
from dev.base.stack import Stack
from dev.env import dotenv
from dev.env.keys import KEYS

# The only programs it may need: no python, no kubectl, no network client.
PROGRAMS = ("bash", "sed", "grep", "env", "direnv")
OF_TILT = ("TILT_HOST", "TILT_PORT", "TODO_TOOLS")
CANARY = "canary-4711"


class Shell:
    """A checkout with only the files that `.envrc` reads, and a user who allowed it."""

    def __init__(self, root: Path) -> None:
        self.checkout = root / "check out"
        self.home = root / "home"
        self.programs = root / "programs"
        for folder in (self.checkout / "devcontainer", self.home, self.programs):
            folder.mkdir(parents=True)
        shutil.copy(paths.ROOT / ".envrc", self.checkout)
        shutil.copy(paths.VERSIONS, self.checkout / "devcontainer")
        for name in PROGRAMS:
            (self.programs / name).symlink_to(shutil.which(name) or name)
        self.environment = {
            "HOME": str(self.home),
            "PATH": str(self.programs),
            "XDG_DATA_HOME": str(root / "data"),
            "XDG_CONFIG_HOME": str(root / "config"),
        }
        self.direnv("allow")

    def direnv(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["direnv", *arguments],
            cwd=self.checkout,
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            check=True,
        )

    def variables(self, **outer: str) -> dict[str, str]:
        """The environment of a program that is started in the checkout."""
        lines = self.direnv("exec", ".", "env", "-0", **outer).stdout
        return dict(line.split("=", 1) for line in lines.split("\0") if line)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def ours(shell: Shell, **outer: str) -> dict[str, str]:
    """The variables that `make` would set in that checkout, for that user."""
    shutil.copytree(paths.ROOT / "dev", shell.checkout / "dev", ignore=shutil.ignore_patterns("__pycache__"))
    program = "import json; from dev.base.environment import ours; print(json.dumps(ours()))"
    said = subprocess.run(
        [sys.executable, "-c", program],
        cwd=shell.checkout,
        env={**shell.environment, **outer},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found: dict[str, str] = json.loads(said)
    return found


@pytest.mark.parametrize("outer", [{}, {"XDG_CACHE_HOME": "/somewhere/else"}, {"XDG_CACHE_HOME": ""}])
def test_a_shell_has_what_make_sets(shell: Shell, outer: dict[str, str]) -> None:
    expected = ours(shell, **outer)
    assert expected["PATH"] == f"{shell.checkout}/.dev/bin{os.pathsep}{shell.programs}"
    found = shell.variables(**outer)
    assert {key: found.get(key) for key in expected} == expected


def test_it_needs_no_env_file_and_sets_nothing_else(shell: Shell) -> None:
    added = set(shell.variables()) - set(shell.environment)
    of_direnv = {name for name in added if name.startswith("DIRENV_")} | {"PWD", "OLDPWD", "SHLVL", "_"}
    assert added - of_direnv == set(ours(shell)) - {"PATH"}


def test_tilt_commands_reach_the_dashboard_of_a_named_stack(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shell.checkout / ".env").write_text("TILT_PORT=10351\n")
    monkeypatch.setattr(paths, "DEV", shell.checkout / ".dev")
    stack.remember(Stack("two"), 10439)
    assert shell.variables()["TILT_PORT"] == "10439"
    stack.forget()
    assert shell.variables()["TILT_PORT"] == "10351"


def test_no_secret_reaches_the_shell(shell: Shell) -> None:
    values = {key: f"{CANARY}-{key}" for key, rule in KEYS.items() if rule.secret}
    (shell.checkout / ".env").write_text("".join(f"{key}={value}\n" for key, value in values.items()))
    assert not [item for item in shell.variables().items() if CANARY in item[1]]


@pytest.mark.parametrize("key", OF_TILT)
@pytest.mark.parametrize(
    "form", ["{}={}", "export {}={}", "  {}={}  ", "{}='{}'", '{}="{}" # why', "{}={} # why", "{}={}\r"]
)
def test_what_tilt_has_to_know_is_read_as_our_own_reader_reads_it(shell: Shell, key: str, form: str) -> None:
    value = {"TILT_HOST": "localhost", "TILT_PORT": "10351", "TODO_TOOLS": "release"}[key]
    line = form.format(key, value)
    (shell.checkout / ".env").write_text(f"# mine\nUI_PORT=3001\n{line}\n", newline="")
    assert dotenv.load(shell.checkout / ".env")[key] == value
    assert shell.variables()[key] == value


@pytest.mark.parametrize("line", [CANARY, f"GROQ_API_KEY = {CANARY}", f"JWT_SECRET='{CANARY}"])
def test_a_broken_line_is_not_shown_and_spoils_nothing(shell: Shell, line: str) -> None:
    (shell.checkout / ".env").write_text(f"{line}\nTILT_PORT=10351\n")
    done = shell.direnv("exec", ".", "env")
    assert "TILT_PORT=10351" in done.stdout
    assert CANARY not in done.stdout + done.stderr


def test_what_only_you_need_comes_last(shell: Shell) -> None:
    (shell.checkout / ".env").write_text("TILT_PORT=10351\n")
    (shell.checkout / ".envrc.local").write_text("export TILT_PORT=10352 MINE=1\n")
    found = shell.variables()
    assert (found["TILT_PORT"], found["MINE"]) == ("10352", "1")


@pytest.mark.parametrize("name", [".env", ".envrc.local", "devcontainer/versions.env"])
def test_it_is_loaded_again_when_what_it_reads_changes(shell: Shell, name: str) -> None:
    loaded = json.loads(shell.direnv("export", "json").stdout)
    assert shell.direnv("export", "json", **loaded).stdout == ""
    file = shell.checkout / name
    file.write_text(file.read_text() if file.exists() else "")
    os.utime(file, (time.time() + 2, time.time() + 2))  # direnv remembers whole seconds only
    assert json.loads(shell.direnv("export", "json", **loaded).stdout)["DIRENV_WATCHES"]


def test_it_takes_no_time(shell: Shell) -> None:
    (shell.checkout / ".env").write_text("TILT_PORT=10351\n")
    seconds = []
    for _ in range(5):
        begin = time.perf_counter()
        shell.direnv("exec", ".", "env")
        seconds.append(time.perf_counter() - begin)
    print(f"\n.envrc: {min(seconds) * 1000:.0f} ms (best of {len(seconds)})")
    assert min(seconds) < 0.5  # 0.1 on an idle machine; the bound allows for a busy one
