"""The package's docstring is its map: a reader finds every module there."""

import re
from pathlib import Path

import devserver


def test_the_map_names_every_module_and_no_other() -> None:
    named = re.findall(r"^    (\w+) {2,}\S", devserver.__doc__ or "", re.MULTILINE)
    modules = {path.stem for path in Path(devserver.__path__[0]).glob("*.py")} - {"__init__"}
    assert sorted(named) == sorted(modules)
