"""The image gets programs only in the verified way, and none of a developer's files."""

import re

from dev.base import paths
from dev.ways import release

DOCKERFILE = (paths.ROOT / "devcontainer" / "Dockerfile").read_text()
INSTRUCTIONS = [
    line
    for line in re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE)).splitlines()
    if line
]


def default(argument: str) -> str:
    found = re.search(rf"^ARG {argument}=(\S+)$", DOCKERFILE, re.MULTILINE)
    assert found
    return found[1]


def test_programs_are_downloaded_by_what_compares_their_hashes() -> None:
    assert not re.search(
        r"\b(curl|wget)\b|https?:|^ADD |latest|install\.sh", "\n".join(INSTRUCTIONS), re.MULTILINE
    )
    (line,) = [line for line in INSTRUCTIONS if "python3 -m dev" in line]
    assert "python3 -m dev release-tools --into /home/dev/.local/bin" in line
    assert {download.tool for download in release.downloads()} == {"kubectl", "minikube", "tilt", "direnv"}


def test_nothing_else_is_fetched_but_debian_packages() -> None:
    runs = [line for line in INSTRUCTIONS if line.startswith("RUN ")]
    fetching = [line for line in runs if re.search(r"apt|pip|npm|git |dev release", line)]
    assert len(fetching) == 2
    assert all(line.startswith('RUN if [ "$TOOLS" = release ]') for line in fetching)


def test_python_and_node_are_those_of_the_applications_images() -> None:
    for argument, image, folder in (
        ("BASE_IMAGE", "PYTHON_IMAGE", "api"),
        ("NODE_IMAGE", "NODE_IMAGE", "ui"),
    ):
        text = (paths.ROOT / folder / "Dockerfile").read_text()
        found = re.search(rf"^ARG {image}=(\w+:[\d.]+)", text, re.MULTILINE)
        assert found and default(argument).startswith(f"{found[1]}-"), default(argument)
    assert default("TOOLS") == "release"


def test_the_context_is_a_list_of_what_the_image_takes() -> None:
    """So `.env`, kubeconfig and node_modules are never sent to an engine."""
    lines = [
        line for line in (paths.ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")
    ]
    copied = [line.split()[1] for line in INSTRUCTIONS if line.startswith("COPY ") and "--from" not in line]
    assert lines[0] == "*"
    assert sorted(lines[1:]) == sorted([*(f"!{source}" for source in copied), "**/__pycache__"])


def test_the_user_is_nobody_special() -> None:
    assert [line for line in INSTRUCTIONS if line.startswith("USER ")] == ["USER dev"]
