"""The reference tool for dev containers, installed with npm for the tests."""

from pathlib import Path

TOOL = Path(__file__).parent / "node_modules" / ".bin" / "devcontainer"
