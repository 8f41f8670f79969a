"""Test modules are independent. Shared code is in tests/support, or in a module next to them."""

import ast

from dev.base import paths


def names(node: ast.AST) -> list[str]:
    """The modules, and the names in them, that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


IMPORTS = [
    (file.relative_to(paths.ROOT).as_posix(), name)
    for folder in ("api/tests", "tests")
    for file in sorted((paths.ROOT / folder).rglob("*.py"))
    if not {".venv", "node_modules"} & set(file.parts)  # installed packages, such as checkov's
    for node in ast.walk(ast.parse(file.read_text()))
    for name in names(node)
]


def test_no_module_imports_a_test_module() -> None:
    assert [
        (file, name) for file, name in IMPORTS if any(part.startswith("test_") for part in name.split("."))
    ] == []


def test_shared_modules_know_no_suite() -> None:
    assert [
        (file, name)
        for file, name in IMPORTS
        if file.startswith("tests/support/")
        and name.startswith(("tests.", "api.tests."))
        and not name.startswith("tests.support")
    ] == []
