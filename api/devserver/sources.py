"""The content of the watched folder: what has changed, and its code compiled ahead.

Compares contents, not timestamps. Files arrive in a pod with times in whole seconds, and bytecode that is checked by
time and size would hide an edit of the same size. So no bytecode file of the application is read or written. The
parent compiles while it is idle; it never executes what it has compiled.
"""

import hashlib
import os
import re
import sys
import warnings
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from importlib import machinery
from pathlib import Path
from types import CodeType, ModuleType
from typing import NoReturn

from devserver.leading import Module

# Bytecode, dotfiles (vim's swap files, Emacs' locks), backups, and what vim and PyCharm try a folder out with.
_NO_SOURCE = re.compile(r"__pycache__$|\.py[cod]$|^\.|~$|^#.*#$|\.tmp$|^4913$|___jb_(tmp|old)___$")


def is_source(path: str) -> bool:
    """Whether a change of this file or folder is a save; temporary files of editors are not."""
    return not any(_NO_SOURCE.search(part) for part in Path(path).parts[-2:])


@dataclass(frozen=True)
class Change:
    names: frozenset[str]
    """Added, edited and deleted files, relative to the import root."""
    only_edits: bool
    """Only the content of Python files changed."""


class Sources:
    """The package folder `package` below the import root `root`."""

    def __init__(self, root: Path, package: str) -> None:
        self.root = root
        self.folder = root / package
        self._files: dict[Path, bytes] = {}
        self._digests: dict[Path, tuple[tuple[int, int, int, int], bytes]] = {}
        self._compiled: dict[Path, tuple[bytes, CodeType]] = {}
        self.loaded: list[str] = []
        """In a worker: the files executed so far."""

    def refresh(self) -> Change:
        """The changes since the last call."""
        before, self._files = self._files, dict(self._read())
        changed = {path for path, _ in before.items() ^ self._files.items()}
        edits = (path.suffix == ".py" and path in before and path in self._files for path in changed)
        return Change(frozenset(map(self._name, changed)), all(edits))

    def compile_ahead(self) -> None:
        for path, source in self._files.items():
            if path.suffix == ".py" and self._code(path, source) is None:
                self._compile(path, source)

    def serve_imports(
        self, edited: Collection[str], pause: Callable[[], None], give_up: Callable[[], NoReturn]
    ) -> None:
        """In a worker: import from the root with the code compiled ahead.

        For a file in `edited`: execute its leading imports, call `pause`, then execute the rest of what the file
        contains by then. Call `give_up` if it now begins with other imports.
        """
        sources = self

        class Loader(machinery.SourceFileLoader):
            def exec_module(self, module: ModuleType) -> None:
                name = sources._name(Path(self.path))
                if name not in edited:
                    sources.loaded.append(name)
                    super().exec_module(module)
                    return
                done = self._execute_imports(module)
                pause()
                sources.loaded.append(name)
                rest = Module(self.get_data(self.path), self.path).rest(done) or give_up()
                exec(rest, module.__dict__)  # noqa: S102 - as the base class does

            def _execute_imports(self, module: ModuleType) -> list[str]:
                try:
                    begun = Module(self.get_data(self.path), self.path)
                except (SyntaxError, ValueError):
                    return []  # the next save may fix it
                exec(begun.leading(), module.__dict__)  # noqa: S102 - as the base class does
                return begun.imports

            def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - the base class's signature
                source = self.get_data(self.path)
                return sources._code(Path(self.path), source) or self.source_to_code(source, self.path)

        def finder(folder: str) -> machinery.FileFinder:
            if Path(folder) != self.root and not Path(folder).is_relative_to(self.folder):
                raise ImportError
            binary = (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES)
            return machinery.FileFinder(folder, binary, (Loader, [".py"]))

        sys.path_hooks.insert(0, finder)
        sys.path_importer_cache.clear()

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self.root))

    def _code(self, path: Path, source: bytes) -> CodeType | None:
        """The code of exactly this source, if it was compiled ahead."""
        known, code = self._compiled.get(path, (None, None))
        return code if known == source else None

    def _compile(self, path: Path, source: bytes) -> None:
        with warnings.catch_warnings(action="ignore"):  # the worker that compiles it shows them
            try:
                code = compile(source, str(path), "exec", dont_inherit=True)
            except (SyntaxError, ValueError):
                return  # the worker that imports it reports it
        self._compiled[path] = source, code

    def _read(self) -> Iterator[tuple[Path, bytes]]:
        """Python sources in full, other files as a digest."""
        for folder, subfolders, names in os.walk(self.folder):
            subfolders[:] = [name for name in subfolders if not _NO_SOURCE.search(name)]
            for path in (Path(folder, name) for name in names if not _NO_SOURCE.search(name)):
                try:
                    yield path, path.read_bytes() if path.suffix == ".py" else self._digest(path)
                except OSError:
                    continue  # deleted since it was listed, or not readable

    def _digest(self, path: Path) -> bytes:
        """Writing the same bytes again is not a save. A file is read only if its size or times have changed."""
        stat = path.stat()
        mark = stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns
        known = self._digests.get(path)
        if known is None or known[0] != mark:
            with path.open("rb") as file:
                known = self._digests[path] = mark, hashlib.file_digest(file, "sha256").digest()
        return known[1]
