"""Which documents there are."""

from dev.base import paths

SPECIFICATION = (
    paths.ROOT / "docs" / "specification.md"
)  # quoted as it is: its commands and links are not ours
DOCUMENTS = [
    *sorted(paths.ROOT.glob("*.md")),
    paths.ROOT / "devcontainer" / "README.md",
    *sorted(file for file in (paths.ROOT / "docs").glob("*.md") if file != SPECIFICATION),
]
