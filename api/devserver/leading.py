"""The imports that a module begins with.

Most saves leave them unchanged. They are most of a module's cost, because they execute everything that it imports. So
they can run before the save, provided that the saved file begins with the same imports.
"""

import ast
from types import CodeType

_NOTHING = ast.Pass(lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)
"""Precedes a string that follows the imports: otherwise it would become the docstring."""


class Module:
    """A module's source in two parts that run one after the other in the same namespace."""

    def __init__(self, source: bytes, path: str) -> None:
        """Raises SyntaxError or ValueError where compile() does."""
        self._path = path
        tree = ast.parse(source, path)
        start = int(ast.get_docstring(tree, clean=False) is not None)
        end = start
        while end < len(tree.body) and isinstance(tree.body[end], ast.Import | ast.ImportFrom):
            end += 1
        self._docstring = tree.body[:start]
        self._imports = tree.body[start:end]
        self._body = tree.body[end:]
        self.imports = [ast.dump(each) for each in self._imports]
        """The leading imports, without their positions."""

    def leading(self) -> CodeType:
        return self._compile(self._imports)

    def rest(self, imports: list[str]) -> CodeType | None:
        """Everything but these leading imports; None if the module does not begin with them."""
        done = len(imports)
        if self.imports[:done] != imports:
            return None
        # An import from __future__ is a directive to the compiler, for the rest of the module too.
        again = [each for each in self._imports[:done] if getattr(each, "module", "") == "__future__"]
        head = [*self._docstring, *again] or [_NOTHING]
        return self._compile([*head, *self._imports[done:], *self._body])

    def _compile(self, body: list[ast.stmt]) -> CodeType:
        return compile(ast.Module(body, []), self._path, "exec", dont_inherit=True)
