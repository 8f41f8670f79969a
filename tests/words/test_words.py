"""The whole tree is spelt well and keeps to the glossary in docs/style.md, which this file reads."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dev.base import paths

STYLE = paths.ROOT / "docs" / "style.md"
PROJECT = tomllib.loads((paths.ROOT / "pyproject.toml").read_text())
EXCLUDED = PROJECT["tool"]["typos"]["files"]["extend-exclude"]
BETWEEN = (
    r"[\s#*/_-]+"  # between the words of a phrase: also a line break inside a comment, or a name's underscore
)


@dataclass(frozen=True)
class Entry:
    """One row of the glossary: terms to avoid, what to write instead, and phrases that contain a term rightly."""

    terms: tuple[str, ...]
    instead: str
    allowed: tuple[str, ...]


def glossary() -> list[Entry]:
    section = STYLE.read_text().partition("## Glossary")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    return [
        Entry(tuple(re.findall("`([^`]+)`", terms)), instead.strip(), tuple(re.findall("`([^`]+)`", allowed)))
        for terms, instead, allowed in rows
    ]


GLOSSARY = glossary()


def typos(folder: Path, config: Path) -> list[str]:
    """One line for each misspelt word, and for each single word that the glossary refuses."""
    words = {term: entry.instead for entry in GLOSSARY for term in entry.terms if " " not in term}
    settings = PROJECT["tool"]["typos"]
    known = settings["default"]["extend-words"]
    lines = [f"[files]\nignore-hidden = false\nextend-exclude = {EXCLUDED}"]
    lines += ["[default]", f"extend-ignore-re = {settings['default']['extend-ignore-re']}"]
    lines += ["[default.extend-words]", *(f'"{word}" = "{right}"' for word, right in (known | words).items())]
    config.write_text("\n".join(lines))
    command = [
        str(Path(sys.executable).with_name("typos")),
        "--isolated",
        "--config",
        str(config),
        "--format",
        "brief",
        ".",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 2), done.stderr
    return done.stdout.splitlines()


def phrases(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, phrase and replacement for each phrase of the glossary in the text."""
    for entry in GLOSSARY:
        for term in entry.terms:
            if " " not in term:
                continue
            for found in re.finditer(
                rf"(?<![A-Za-z]){BETWEEN.join(term.split())}(?![A-Za-z])", text, re.IGNORECASE
            ):
                if not any(spelt(phrase).match(text, found.start()) for phrase in entry.allowed):
                    yield text.count("\n", 0, found.start()) + 1, term, entry.instead


def spelt(phrase: str) -> re.Pattern[str]:
    return re.compile(BETWEEN.join(phrase.split()), re.IGNORECASE)


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file of ours: what git knows, and what it does not know yet."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=paths.ROOT, capture_output=True, check=True).stdout.decode()
    for file in [paths.ROOT / name for name in names.split("\0") if name]:
        if file.is_file() and not excluded(file) and file.suffix != ".png":
            yield file, file.read_text()


def excluded(file: Path) -> bool:
    """As typos reads these entries: a name anywhere, or with a slash a path from the root."""
    path = file.relative_to(paths.ROOT).as_posix()
    return any(path.startswith(entry) if "/" in entry else file.name == entry for entry in EXCLUDED)


def test_the_glossary_was_read() -> None:
    terms = {term for entry in GLOSSARY for term in entry.terms}
    assert {"anew", "mended", "for ever", "lame duck"} <= terms
    assert all(entry.instead for entry in GLOSSARY)


def test_spelling_and_words(tmp_path: Path) -> None:
    assert typos(paths.ROOT, tmp_path / "typos.toml") == []


def test_phrases() -> None:
    found = [
        f"{file.relative_to(paths.ROOT)}:{line}: '{phrase}' should be '{instead}'"
        for file, text in texts()
        for line, phrase, instead in phrases(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It waits for ever.", ["for ever"]),
        ("# it waits for\n    # ever", ["for ever"]),
        ("def test_it_waits_for_ever() -> None:", ["for ever"]),
        ("LAME_DUCK_SECONDS", ["lame duck"]),
        ("The database is out.", ["is out"]),
        ("forever, this output, however", []),
        ("The answer is out of date. Groq is out of reach.", []),
    ],
)
def test_a_phrase_is_found_however_it_is_written(text: str, expected: list[str]) -> None:
    assert [phrase for _, phrase, _ in phrases(text)] == expected


@pytest.mark.parametrize("word", ["Anew", "made_anew", "mendedAnswer", "WHOEVER", "recieve"])
def test_a_word_is_found_however_it_is_written(word: str, tmp_path: Path) -> None:
    folder = tmp_path / ".hidden"
    folder.mkdir()
    (folder / "file.py").write_text(f"# good again\n{word} = 1\n")
    found = typos(tmp_path, tmp_path / "typos.toml")
    assert len(found) == 1
    assert "file.py:2:" in found[0]


def test_good_words_are_fine(tmp_path: Path) -> None:
    (tmp_path / "file.md").write_text("We recommend to amend it: a climb, an element, forever, a new one.\n")
    assert typos(tmp_path, tmp_path / "typos.toml") == []
