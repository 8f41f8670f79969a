"""The reference tool for dev containers, as npm installs it for the tests."""

from pathlib import Path

TOOL = Path(__file__).parent / "node_modules" / ".bin" / "devcontainer"
