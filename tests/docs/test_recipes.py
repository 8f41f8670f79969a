"""The recipes of CONTRIBUTING.md work as written: applied to a copy of this checkout, with their commands run.

A recipe is a section. A code block after a line with just a path is that file's content, or a `diff` of it; an `sh`
block is run.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from dev.base import paths
from tests.support.repository import git

TEXT = (paths.ROOT / "CONTRIBUTING.md").read_text()
BLOCK = re.compile(
    r"(?:^`(?P<file>[^`\n]+)`\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
BUILDS_ON = re.compile(r"It\s+builds\s+on\s+\*([^*]+)\*")
LINKED = (".venv", "ui/node_modules", ".dev/bin")  # what is installed here, and not part of the checkout


@dataclass(frozen=True)
class Block:
    """A code block; `file` is empty if no path stands above it."""

    file: str
    kind: str
    text: str


SECTIONS = {section.partition("\n")[0].replace("`", ""): section for section in TEXT.split("\n## ")[1:]}
RECIPES = {
    name: [Block(found["file"] or "", found["kind"], found["text"]) for found in BLOCK.finditer(section)]
    for name, section in SECTIONS.items()
}


def change(file: Path, diff: str) -> None:
    """Replace the block's old lines, which stand in the file exactly once, by its new ones."""
    old = "".join(f"{line[1:]}\n" for line in diff.splitlines() if line[:1] in ("", " ", "-"))
    new = "".join(f"{line[1:]}\n" for line in diff.splitlines() if line[:1] in ("", " ", "+"))
    before = f"\n{file.read_text()}"
    assert before.count(f"\n{old}") == 1, f"{file.name} has these lines {before.count(old)} times:\n{old}"
    file.write_text(before.replace(f"\n{old}", f"\n{new}").removeprefix("\n"))


def follow(block: Block, checkout: Path) -> None:
    if block.kind == "sh":
        search = f"{checkout / '.dev' / 'bin'}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["sh", "-exc", block.text],
            cwd=checkout,
            env={**os.environ, "PATH": search},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return
    assert block.file, f"no path stands above this block:\n{block.text}"
    file = checkout / block.file
    if block.kind == "diff":
        change(file, block.text)
    else:
        assert not file.exists(), f"{block.file} is there already"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text)


@pytest.fixture
def checkout(repository: Path) -> Path:
    """A copy in which the recipes' commands find what is installed here."""
    for name in LINKED:
        if (paths.ROOT / name).exists():
            (repository / name).parent.mkdir(parents=True, exist_ok=True)
            (repository / name).symlink_to(paths.ROOT / name)
    return repository


def test_every_recipe_is_there() -> None:
    assert len(RECIPES) >= 7
    for name, blocks in RECIPES.items():
        assert blocks[-1].kind == "sh", f"{name} does not say what shows that it works"


@pytest.mark.parametrize("name", RECIPES)
def test_the_recipe_works(name: str, checkout: Path) -> None:
    for other in BUILDS_ON.findall(SECTIONS[name]):
        for block in (block for block in RECIPES[other] if block.kind != "sh"):
            follow(block, checkout)
    for block in RECIPES[name]:
        follow(block, checkout)
    for file in {block.file for block in RECIPES[name] if block.file}:
        assert git(checkout, "status", "--porcelain", "--ignored=no", file).stdout, f"{file} is as it was"


def test_the_recipes_together_pass_the_linters(checkout: Path) -> None:
    for block in (block for blocks in RECIPES.values() for block in blocks if block.kind != "sh"):
        follow(block, checkout)
    for command in (["ruff", "format", "--check", "."], ["ruff", "check", "."], ["mypy"]):
        program = str(paths.ROOT / ".venv" / "bin" / command[0])
        done = subprocess.run(
            [program, *command[1:]], cwd=checkout, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


def test_the_introduction_has_commands_only() -> None:
    introduction = TEXT.partition("\n## ")[0]
    assert [found["kind"] for found in BLOCK.finditer(introduction)] == ["sh"]
    assert "make hooks" in introduction  # tests/docs/test_repository.py
