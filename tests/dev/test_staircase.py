"""dev/ is a staircase: a room imports from its own floor and from those below it, never from above."""

import ast
from pathlib import Path

import pytest

from dev.base import paths

ROOMS = (
    "commands",
    "dashboard",
    "sync",
    "cluster",
    "ways",
    "env",
    "base",
)  # from top to bottom; __main__ is above all of them
DEV = paths.ROOT / "dev"


def rooms_imported(file: Path) -> set[str]:
    """The rooms of dev/ that a module imports from."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dev."):
            found.add(node.module.split(".")[1])
    return found


def test_every_folder_is_a_known_room() -> None:
    assert {folder.name for folder in DEV.iterdir() if list(folder.glob("*.py"))} == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_nothing_of_the_rooms_above(room: str) -> None:
    below = set(ROOMS[ROOMS.index(room) :])
    for file in (DEV / room).rglob("*.py"):
        assert rooms_imported(file) <= below, file
