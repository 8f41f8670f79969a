"""While the application can't start, every request is answered with the reason, until a save fixes it."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.support.devserver import FILES, MAIN, DevServer, running

pytestmark = pytest.mark.slow

PROBE = {"User-Agent": "kube-probe/1.34"}


@pytest.mark.parametrize(
    ("name", "text", "place", "reason"),
    [
        ("app/value.py", "VALUE = 0\nVALUE = = 1\n", "app/value.py, line 2", "SyntaxError: invalid syntax"),
        (
            "app/value.py",
            "\nfrom app.early import LATE\n",
            "app/value.py, line 2",
            "cannot import name 'LATE'",
        ),
        ("app/value.py", "import nothing_like_that\n", "app/value.py, line 1", "No module named"),
        ("app/early.py", "EARLY = 1 / 0\n", "app/early.py, line 1", "ZeroDivisionError"),
        ("app/value.py", "import sys\nsys.exit('no database')\n", "app/value.py, line 2", "no database"),
        (
            "app/main.py",
            MAIN.replace("    yield\n", "    1 / 0\n    yield\n"),
            "app/main.py",
            "ZeroDivisionError",
        ),
        ("app/main.py", "nothing = 1\n", "", "has no attribute 'app'"),
    ],
)
def test_the_reason_is_the_answer(server: DevServer, name: str, text: str, place: str, reason: str) -> None:
    server.save(name, text)
    answer = server.until(reason, "/any/path?at=all", status=500)
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.startswith(place)
    assert "Fix the file and save" in answer.text
    assert "devserver" not in answer.text and "importlib" not in answer.text  # they explain nothing
    server.until_logged(reason)
    server.save(name, FILES[name])
    server.until("early 0")


def test_probes_pass_once_the_application_was_up(server: DevServer) -> None:
    """A typo must not take the pod out of the Service, nor restart it with the files of the image."""
    server.save("app/value.py", "VALUE =\n")
    server.until("SyntaxError", status=500)
    assert server.get("/docs", headers=PROBE).status_code == 200


def test_probes_fail_if_it_never_was(tmp_path: Path) -> None:
    with running(tmp_path, FILES | {"app/value.py": "VALUE =\n"}) as server:
        server.until("SyntaxError", status=500)
        assert server.get("/docs", headers=PROBE).status_code == 500
        server.save("app/value.py", "VALUE = 1\n")
        server.until("early 1")


def test_a_crash_is_answered_and_restarted_after_a_pause(server: DevServer) -> None:
    with pytest.raises(Exception, match=r"disconnected|reset"):
        server.get("/crash")
    assert "ended with status 7" in server.until("Fix the file", status=500).text
    server.until("early 0")
    server.until_logged("ended with status 7")


def test_a_save_replaces_a_killed_worker(server: DevServer) -> None:
    for _ in range(3):  # so that the pause before the next start is a long one
        os.kill(int(server.get("/pid").text), signal.SIGKILL)
        server.until("was killed by SIGKILL", status=500)
        server.save("app/value.py", f"VALUE = {time.time_ns()}\n")
        server.until("early 1")


def test_a_crash_during_the_import(server: DevServer) -> None:
    server.save("app/value.py", "import os\nos._exit(9)\n")
    server.until("ended with status 9", status=500)
    server.save("app/value.py", "VALUE = 1\n")
    server.until("early 1")


def test_a_crash_loop_slows_down(server: DevServer) -> None:
    server.save("app/value.py", "import os\nopen('starts', 'a').write('x')\nos._exit(9)\n")
    server.until("ended with status 9", status=500)
    time.sleep(2)
    assert (server.folder / "starts").stat().st_size <= 3
