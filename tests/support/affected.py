"""Which test files a change affects, nearest first, by the import graph of the code and of the tests."""

import ast
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

FAR = 1000  # rank of a file that nothing changed leads to


def ranks(
    tests: Iterable[Path], changed: Collection[Path], files: Collection[Path], roots: Collection[Path]
) -> dict[Path, int]:
    """0 for a changed test, then the number of imports to the nearest changed file; FAR if there is none.

    `files` are all of the code, `roots` the folders in which absolute imports begin. Tests reach the application
    through fixtures rather than imports, so a test is also one step away from what changed in the package that its
    folder is called after.
    """
    importers = _importers(files, roots)
    distance = dict.fromkeys(changed, 0)
    waiting = deque(changed)
    while waiting:
        file = waiting.popleft()
        for importer in importers.get(file, ()):
            if importer not in distance:
                distance[importer] = distance[file] + 1
                waiting.append(importer)
    packages = {file.parent.name for file in changed}
    return {test: min(distance.get(test, FAR), 1 if test.parent.name in packages else FAR) for test in tests}


def _importers(files: Collection[Path], roots: Collection[Path]) -> Mapping[Path, set[Path]]:
    """By file, the files that import it."""
    modules = {name: file for file in files for root in roots if (name := _module(file, root))}
    found: dict[Path, set[Path]] = {}
    for file in files:
        for name in _imported(file):
            # `from app.tasks import service` names a module or something in one
            target = modules.get(name) or modules.get(name.rpartition(".")[0])
            if target and target != file:
                found.setdefault(target, set()).add(file)
    return found


def _module(file: Path, root: Path) -> str:
    if not file.is_relative_to(root):
        return ""
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(file: Path) -> Iterable[str]:
    try:
        tree = ast.parse(file.read_bytes())
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
