"""Troubleshooting covers every message that our programs can print, and names no command that isn't there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.base import paths
from dev.env import database, keys
from tests.docs.documents import DOCUMENTS, SPECIFICATION

TEXT = (paths.ROOT / "docs" / "troubleshooting.md").read_text()
OURS = {"make", "tilt", "kubectl", "minikube", "direnv", "docker"}
OF_THE_SYSTEM = {
    "cd",
    "cp",
    "export",
    "git",
    "grep",
    "kill",
    "npm",
    "openssl",
    "ps",
    "psql",
    "rm",
    "ss",
    "ssh",
    "sudo",
    "unset",
}
OF_THE_CHECKOUT = {".venv/bin/python", "alembic", "python3"}
OF_THE_PODS = {"next", "uvicorn"}  # named, not to be typed
OF_A_FAILURE = {"Failure", "fail"}


def messages() -> Iterator[str]:
    """The longest fixed part of each message: of Failures and fatal findings in dev/, and of the Tiltfile."""
    for file in [*sorted((paths.ROOT / "dev").rglob("*.py")), paths.ROOT / "Tiltfile"]:
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", "")
            if name in OF_A_FAILURE:
                yield fixed_part(node.args[0])
            elif name == "Finding" and len(node.args) + len(node.keywords) > 2:
                yield fixed_part(node.args[1])


def fixed_part(message: ast.expr) -> str:
    """`is not installed` of f"{program} is not installed"; empty for what is handed on."""
    parts = [part for text in texts(message) for part in re.split(r"%s|\n|: run `|`", text)]
    return max(parts, key=len, default="").strip(" .:;,()'")


def texts(message: ast.expr) -> Iterator[str]:
    """The literal texts of a string, an f-string, or a format with its arguments."""
    match message:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            for value in values:
                yield from texts(value)
        case ast.BinOp(left=left, op=operator, right=right):
            yield from texts(left)
            if isinstance(operator, ast.Add):
                yield from texts(right)


MESSAGES = sorted({message for message in messages() if len(message) > 5})


def test_messages_were_found() -> None:
    assert len(MESSAGES) >= 45
    assert {"does not answer", "is not installed", "has a control character in its value"} <= set(MESSAGES)


@pytest.mark.parametrize("message", MESSAGES)
def test_every_message_is_explained(message: str) -> None:
    assert message in TEXT


def test_every_complaint_about_a_value_is_explained() -> None:
    source = Path(keys.__file__).read_text()
    for complaint in re.findall(r'return f?"((?:is|names|does) [^"{]*)', source):
        assert complaint.strip() in TEXT
    for _, meaning, _ in database.REFUSALS:
        assert meaning in TEXT


def commands(document: Path) -> Iterator[str]:
    """What stands in code spans and shell blocks and begins like a command."""
    text = document.read_text().partition("## Glossary")[0]  # what follows there are words
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        yield from (line.partition("  #")[0].strip() for line in block.splitlines() if line.strip())
    for span in re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        # with parentheses it is an expression, for example of PromQL
        if re.match(r"([A-Z_]+=\S+ )*[a-z-]+ [^()]*$", span) or span.split()[0] in OURS:
            yield span


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(paths.ROOT)))
def test_every_command_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (paths.ROOT / "Makefile").read_text(), re.MULTILINE))
    for command in commands(document):
        for part in re.split(r" && | then ", command):
            words = [word for word in part.split() if not re.match(r"[A-Z_]+=", word)]
            if not words:
                continue
            assert words[0] in OURS | OF_THE_SYSTEM | OF_THE_CHECKOUT | OF_THE_PODS, command
            if words[0] == "make":
                assert set(words[1:]) <= targets, command


def links(document: Path) -> Iterator[Path]:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text()):
        yield (document.parent / target).resolve()


def test_every_link_leads_somewhere() -> None:
    for document in DOCUMENTS:
        for target in links(document):
            assert target.exists(), f"{document.name}: {target}"


def test_every_document_is_reachable_from_the_readme() -> None:
    reached, waiting = set(), [paths.ROOT / "README.md"]
    while waiting:
        document = waiting.pop()
        if document not in reached and document.suffix == ".md":
            reached.add(document)
            waiting += links(document) if document != SPECIFICATION else []
    assert {*DOCUMENTS, SPECIFICATION} <= reached
    # one click more than the index is too many
    assert {*DOCUMENTS, SPECIFICATION} - {*links(paths.ROOT / "docs" / "README.md")} <= {
        paths.ROOT / "README.md",
        paths.ROOT / "docs" / "README.md",
    }


def test_the_readme_is_short() -> None:
    assert len((paths.ROOT / "README.md").read_text().splitlines()) <= 80
