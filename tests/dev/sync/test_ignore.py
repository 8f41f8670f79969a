"""The ignore file means the same as for `docker build`."""

from pathlib import Path

import pytest

from dev.sync.ignore import Ignore
from dev.sync.rules import Rule, rules
from tests.dev.sync.world import ROOT


@pytest.mark.parametrize(
    ("text", "outside", "inside"),
    [
        ("node_modules", ["node_modules", "node_modules/a/b.js"], ["src/node_modules", "node_modules2"]),
        ("**/.env*", [".env", "a/.env", "a/b/.env.local", "a/.envs/x"], ["a/env", "a/x.env"]),
        ("*.md\n!README.md", ["a.md"], ["README.md", "a/b.md"]),
        ("*\n!app\n**/__pycache__", ["x", "x/y", "app/a/__pycache__/z.pyc"], ["app", "app/a/b.py"]),
        ("a/**/z", ["a/z", "a/b/c/z"], ["z", "b/a/z"]),
        ("/only/here/", ["only/here", "only/here/x"], ["x/only/here"]),
        ("# a comment\n\n  spaces  \n", ["spaces"], ["# a comment", ""]),
        ("file?.[ch]", ["file1.c", "file2.h"], ["file10.c", "file1.o"]),
        ("!a\na", ["a"], ["b"]),
        ("a.b", ["a.b"], ["axb"]),
    ],
)
def test_patterns(text: str, outside: list[str], inside: list[str]) -> None:
    ignore = Ignore(text)
    assert {path: ignore.excludes(path) for path in [*outside, *inside]} == {
        **dict.fromkeys(outside, True),
        **dict.fromkeys(inside, False),
    }


def test_without_a_file_everything_belongs(tmp_path: Path) -> None:
    assert not Ignore.of(tmp_path).excludes("anything")


@pytest.mark.parametrize(
    "name", [".env", ".env.local", "__pycache__", "__pycache__/x.pyc", "x.py~", ".x.py.swp", "4913"]
)
@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.resource)
def test_credentials_caches_and_editors_files_belong_in_no_image(rule: Rule, name: str) -> None:
    ignore = Ignore.of(ROOT / rule.context)
    for folder in rule.folders:
        assert ignore.excludes(f"{folder}/{name}")
        assert ignore.excludes(f"{folder}/deep/er/{name}")
        assert not ignore.excludes(f"{folder}/deep/er/source.py")
