"""Every kind of save reaches the next answer, as a full restart would."""

import os
import socket
import time
from pathlib import Path

import pytest

from devserver.supervisor import RETRY_SECONDS, SETTLE_SECONDS
from tests.support.devserver import FILES, MAIN, DevServer, running
from tests.support.ports import free_port

pytestmark = pytest.mark.slow


def test_an_edit(server: DevServer) -> None:
    server.save("app/value.py", "VALUE = 1\n")
    server.until("early 1")
    server.until_logged("(app/value.py)")


def test_an_added_module(server: DevServer) -> None:
    server.save("app/parts/one.py", "VALUE = 'one'\n")
    server.save("app/value.py", "from app.parts.one import VALUE\n")
    server.until("early one")


def test_a_deleted_module(server: DevServer) -> None:
    (server.folder / "app/early.py").unlink()
    assert "No module named 'app.early'" in server.until("app/main.py", status=500).text


def test_a_renamed_folder(server: DevServer) -> None:
    server.save("app/parts/one.py", "VALUE = 'one'\n")
    server.save("app/value.py", "from app.parts.one import VALUE\n")
    server.until("early one")
    (server.folder / "app/parts").rename(server.folder / "app/pieces")
    server.until("No module named 'app.parts'", status=500)
    server.save("app/value.py", "from app.pieces.one import VALUE\n")
    server.until("early one")


def test_a_module_that_an_import_was_tried_for(server: DevServer) -> None:
    """By the spare, ahead of the save that adds it."""
    server.save(
        "app/early.py", "try:\n    from app.local import EARLY\nexcept ImportError:\n    EARLY = 'none'\n"
    )
    server.until("none 0")
    load_ahead(server)
    server.save("app/local.py", "EARLY = 'local'\n")
    server.until("local 3")


def test_a_file_that_is_no_python(server: DevServer) -> None:
    server.save("app/value.txt", "first")
    server.save("app/value.py", "from pathlib import Path\nVALUE = Path('app/value.txt').read_text()\n")
    server.until("early first")
    server.until_spare()
    server.save("app/value.txt", "second")
    server.until("early second")


def test_the_same_bytes_of_a_file_that_is_no_python_are_no_save(server: DevServer) -> None:
    """Two programs may copy one save into a pod."""
    server.save("app/value.txt", "first")
    server.save("app/value.py", "from pathlib import Path\nVALUE = Path('app/value.txt').read_text()\n")
    server.until("early first")
    before = server.get("/pid").text
    server.save("app/value.txt", "first")
    time.sleep(0.3)
    assert server.get("/pid").text == before


def test_same_size_within_a_second(server: DevServer) -> None:
    """Bytecode would be taken for valid: the same size, and the same time in whole seconds."""
    path, second = server.folder / "app/value.py", int(time.time())
    for value in range(1, 6):
        path.write_text(f"VALUE = {value}\n")
        os.utime(path, (second, second))
        server.until(f"early {value}")
    assert not list(server.folder.rglob("__pycache__"))


def test_a_burst_of_saves(server: DevServer) -> None:
    for value in range(100, 120):
        server.save("app/value.py", f"VALUE = {value}\n")
        time.sleep(0.03)
    server.until("early 119")
    server.save("app/value.py", "VALUE = 1\n")
    server.until("early 1")
    server.until_spare()


def test_a_file_that_is_missing_for_a_moment(server: DevServer) -> None:
    """tar unlinks a file before it creates the new one."""
    (server.folder / "app/value.py").unlink()
    time.sleep(0.05)
    assert server.get().status_code == 200 or "app.value" in server.get().text
    server.save("app/value.py", "VALUE = 2\n")
    server.until("early 2")


def test_half_a_save_is_not_answered(server: DevServer) -> None:
    """A file is not written at once. Only a pair of writes within RETRY_SECONDS counts, so there are some attempts."""
    for value in range(1, 9):
        seen: list[int] = []
        started = time.monotonic()
        server.save("app/value.py", "VALUE =")
        time.sleep(0.8 * RETRY_SECONDS)
        server.save("app/value.py", f"VALUE = {value}\n")
        quick = time.monotonic() - started < RETRY_SECONDS
        while f"early {value}" != (answer := server.get()).text:
            seen.append(answer.status_code)
        if quick:
            assert set(seen) <= {200}
        server.until_spare()


def load_ahead(server: DevServer) -> None:
    """Make the spare execute early.py and wait before value.py."""
    for value in (1, 2, 3):
        server.save("app/value.py", f"VALUE = {value}\n")
        server.until(f" {value}")
        server.until_spare()
    time.sleep(0.3)


def edit_main(server: DevServer, mark: int, imports: str = "import asyncio") -> str:
    """The answer of a saved main.py, after which the spare waits in it."""
    server.save("app/main.py", MAIN.replace("{VALUE}", f"{mark}").replace("import asyncio", imports))
    answer = server.until(f" {mark}").text
    time.sleep(2 * SETTLE_SECONDS)
    server.until_spare()
    time.sleep(SETTLE_SECONDS)
    return answer


def test_what_a_file_imports_first_is_executed_before_it_is_saved(server: DevServer) -> None:
    server.save("app/early.py", "import time\nEARLY = time.monotonic()\n")
    for mark in (1, 2, 3):
        edit_main(server, mark)
    saved = time.monotonic()
    assert float(edit_main(server, 4).split()[0]) < saved


def test_a_file_that_imports_something_else_than_before(server: DevServer) -> None:
    of_earlier_tests = len(server.log())
    server.save("app/early.py", "import time\nEARLY = time.monotonic()\n")
    for mark in (1, 2, 3):
        edit_main(server, mark)
    saved = time.monotonic()
    assert float(edit_main(server, 4, imports="import math, asyncio").split()[0]) > saved
    assert "ERROR" not in server.log()[of_earlier_tests:]


def test_two_files_of_which_one_was_loaded_ahead(server: DevServer) -> None:
    load_ahead(server)
    server.save("app/early.py", "EARLY = 'changed'\n")
    server.until("changed 3")
    server.until_spare()
    server.save("app/early.py", "EARLY = 'again'\n")
    server.save("app/value.py", "VALUE = 4\n")
    server.until("again 4")


def test_a_package_that_was_not_imported_before(server: DevServer) -> None:
    server.save("app/value.py", "import yaml\nVALUE = yaml.safe_load('[5]')[0]\n")
    server.until("early 5")


def test_nothing_survives_a_restart(server: DevServer) -> None:
    counting = "import starlette\nstarlette.seen = VALUE = getattr(starlette, 'seen', 0) + 1\n"
    server.save("app/value.py", counting)
    server.until("early 1")
    before = server.get("/pid").text
    server.until_spare()
    server.save("app/value.py", counting + "VALUE = f'{VALUE} second'\n")
    server.until("early 1 second")
    assert server.get("/pid").text != before


@pytest.mark.parametrize(
    "name",
    [".value.py.swp", "value.py~", "4913", "#value.py#", ".#value.py", "__pycache__/value.cpython-312.pyc"],
)
def test_what_is_no_save(server: DevServer, name: str) -> None:
    before = server.get("/pid").text
    server.save(f"app/{name}", "anything")
    time.sleep(0.15)
    assert server.get("/pid").text == before


def test_a_save_without_a_change(server: DevServer) -> None:
    before = server.get("/pid").text
    server.save("app/main.py", MAIN)
    time.sleep(0.15)
    assert server.get("/pid").text == before


def test_an_edit_while_it_starts(tmp_path: Path) -> None:
    """Here by the application itself, possibly before the watcher has started."""
    editing = (
        "from pathlib import Path\nfrom app import value\nPath(value.__file__).write_text('VALUE = 6\\n')\n"
    )
    with running(tmp_path, FILES | {"app/__init__.py": editing}) as server:
        server.until("early 6")


@pytest.mark.parametrize(
    "taking",
    [
        'import socket\nTAKEN = socket.create_server(("127.0.0.1", {port}))\n',
        "import fcntl\nTAKEN = open('lock', 'w')\nfcntl.flock(TAKEN, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
        # a child that outlives the worker for a moment, as debugpy.listen() has one
        "import subprocess, sys\nTAKEN = subprocess.Popen([sys.executable, '-c', '''\n"
        'import os, socket, time\nheld = socket.create_server(("127.0.0.1", {port}))\nprint(flush=True)\n'
        "parent = os.getppid()\nwhile os.getppid() == parent: time.sleep(0.1)\ntime.sleep(0.3)'''],"
        " stdout=subprocess.PIPE)\n"
        "if not TAKEN.stdout.readline(): raise OSError(98, 'Address already in use')\n",
    ],
    ids=["port", "lock", "child"],
)
def test_what_the_import_opens_does_not_break_the_next_reload(server: DevServer, taking: str) -> None:
    """The next worker imports only after the one before has gone."""
    code = taking.format(port=free_port())
    for number in range(4):
        server.save("app/value.py", f"{code}VALUE = 'save {number}'\n")
        deadline = time.monotonic() + 10
        while (answer := server.get()).text != f"early save {number}":
            assert answer.status_code == 200, answer.text
            assert time.monotonic() < deadline


def test_a_port_that_another_program_holds_is_reported(server: DevServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        server.save(
            "app/value.py", f"import socket\nsocket.create_server(('127.0.0.1', {port}))\nVALUE = 1\n"
        )
        server.until("Address already in use", status=500)
    server.save("app/value.py", "VALUE = 2\n")
    server.until("early 2")
