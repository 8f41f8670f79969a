"""The documents whose commands and names are tested."""

from dev.base import paths

DOCUMENTS = [
    paths.ROOT / "README.md",
    paths.ROOT / "devcontainer" / "README.md",
    *sorted((paths.ROOT / "docs").glob("*.md")),
]
