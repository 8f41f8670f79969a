"""The imports that a module begins with.

A save mostly leaves them as they are, and they are most of what a module costs: all that it imports is executed there.
So they may run ahead of the save, if the file that it brings begins with the same ones.
"""

import ast
from types import CodeType

_NOTHING = ast.Pass(lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)
"""Stands before a string that came after the imports: else it would be the docstring."""


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
        """What the leading imports say, wherever they stand."""

    def leading(self) -> CodeType:
        return self._compile(self._imports)

    def rest(self, imports: list[str]) -> CodeType | None:
        """All but these leading imports; None if the module does not begin with them."""
        done = len(imports)
        if self.imports[:done] != imports:
            return None
        # An import from __future__ is an order to the compiler, for the rest as well.
        again = [each for each in self._imports[:done] if getattr(each, "module", "") == "__future__"]
        head = [*self._docstring, *again] or [_NOTHING]
        return self._compile([*head, *self._imports[done:], *self._body])

    def _compile(self, body: list[ast.stmt]) -> CodeType:
        return compile(ast.Module(body, []), self._path, "exec", dont_inherit=True)
