"""A module split after its leading imports does what it does in one piece."""

import pytest

from devserver.leading import Module

SOURCES = {
    "plain": "import math\nfrom os import path\nVALUE = math.floor(1.5), path.sep\n",
    "with a docstring": '"""Words."""\nimport math\nVALUE = math.pi, __doc__\n',
    "a string that is no docstring": "import math\n'not one'\nVALUE = __doc__\n",
    "annotations": "from __future__ import annotations\nimport math\n"
    "def f(x: Unknown) -> None: ...\nVALUE = f.__annotations__\n",
    "no imports": "VALUE = 1\n",
    "only imports": "import math as VALUE\n",
    "more imports later": "import math\nVALUE = [math.pi]\nimport cmath\nVALUE.append(cmath.e)\n",
    "empty": "",
}


def executed(source: str, before: str | None = None) -> object:
    """VALUE of the module, split as `before` or not at all."""
    namespace: dict[str, object] = {"__name__": "split", "__doc__": None}
    if before is None:
        exec(compile(source, "split.py", "exec", dont_inherit=True), namespace)  # noqa: S102 - what is tested
    else:
        begun = Module(before.encode(), "split.py")
        exec(begun.leading(), namespace)  # noqa: S102
        rest = Module(source.encode(), "split.py").rest(begun.imports)
        assert rest
        exec(rest, namespace)  # noqa: S102
    return namespace.get("VALUE")


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_two_parts_do_what_the_whole_does(source: str) -> None:
    assert executed(source, before=source) == executed(source)


def test_more_imports_may_follow_and_lines_may_move() -> None:
    after = '"""New."""\n\n\nimport math\nimport cmath\nVALUE = math.pi, cmath.e, __doc__\n'
    assert executed(after, before="import math\nVALUE = 0\n") == executed(after)


@pytest.mark.parametrize("after", ["VALUE = 1\n", "import cmath\nimport math\n", "import math as m\n"])
def test_other_imports_are_refused(after: str) -> None:
    begun = Module(b"import math\n", "split.py")
    assert Module(after.encode(), "split.py").rest(begun.imports) is None


def test_errors_keep_their_lines() -> None:
    source = b"import math\n\n\nraise ValueError\n"
    module = Module(source, "split.py")
    rest = module.rest(module.imports)
    assert rest
    with pytest.raises(ValueError) as raised:
        exec(rest, {})  # noqa: S102
    assert raised.traceback[-1].lineno == 3  # counted from 0
