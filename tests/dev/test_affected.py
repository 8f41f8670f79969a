"""Which tests run first on a save."""

import os
import subprocess
import sys
import time
from pathlib import Path

from dev.sync import leisure
from tests.support.affected import FAR, ranks

SUPPORT = Path(__file__).resolve().parents[1] / "support"
FILES = {
    "app/core/clock.py": "",
    "app/tasks/service.py": "from app.core import clock\n",
    "app/tasks/routes.py": "import app.tasks.service\n",
    "tests/tasks/test_service.py": "from app.tasks.service import run\n",
    "tests/tasks/test_list.py": "",
    "tests/core/test_clock.py": "from app.core.clock import now\n",
    "tests/chat/test_chat.py": "def broken(:\n",
}


def ranked(root: Path, *changed: str) -> dict[str, int]:
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    files = [root / name for name in FILES]
    tests = [file for file in files if file.name.startswith("test_")]
    found = ranks(tests, {root / name for name in changed}, files, [root])
    return {test.name: rank for test, rank in found.items()}


def test_the_nearest_importer_comes_first(tmp_path: Path) -> None:
    assert ranked(tmp_path, "app/core/clock.py") == {
        "test_clock.py": 1, "test_service.py": 2, "test_list.py": FAR, "test_chat.py": FAR,
    }  # fmt: skip


def test_tests_of_the_changed_package_are_near_without_an_import(tmp_path: Path) -> None:
    found = ranked(tmp_path, "app/tasks/routes.py")
    assert found["test_list.py"] == found["test_service.py"] == 1
    assert found["test_clock.py"] == FAR


def test_a_changed_test_is_the_first_of_all(tmp_path: Path) -> None:
    assert ranked(tmp_path, "tests/chat/test_chat.py")["test_chat.py"] == 0


TEST = "def test_it():\n    pass\n"


def test_a_run_on_a_save_begins_with_what_changed_since_the_last_one(tmp_path: Path) -> None:
    """A copy of the plugin in a small project, so that the real files need not change."""
    project = tmp_path / "project"
    for name in ("__init__", "affected", "on_save"):
        (project / "tests/support").mkdir(parents=True, exist_ok=True)
        source = SUPPORT / f"{name}.py"
        (project / "tests/support" / source.name).write_text(source.read_text() if source.exists() else "")
    for name, text in {"a/test_a": TEST, "b/test_b": TEST, "c/test_c": f"import app.code\n{TEST}"}.items():
        (project / f"api/tests/{name}.py").parent.mkdir(parents=True)
        (project / f"api/tests/{name}.py").write_text(text)
    (project / "api/app").mkdir()
    (project / "api/app/code.py").write_text("")

    def run() -> str:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-v", "-o", "pythonpath=api", "api/tests"],
            cwd=project, env={**os.environ, **leisure.ON_SAVE}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert "affected" not in run()
    assert "affected" not in run()
    soon = time.time() + 1
    os.utime(project / "api/app/code.py", (soon, soon))
    said = run()
    assert "affected, so first: test_c.py\n" in said
    assert said.index("test_c.py::") < said.index("test_a.py::") < said.index("test_b.py::")
