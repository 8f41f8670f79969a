"""A debugger stops where an editor points, before and after a save; `breakpoint()` never breaks a request."""

import concurrent.futures
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.dap import Editor
from tests.support.devserver import FILES, DevServer, running
from tests.support.ports import free_port

STOPPING = """
from starlette.responses import PlainTextResponse

def answer(number):
    doubled = number * 2
    return f"doubled {doubled}"

async def stop(_request):
    return PlainTextResponse(answer(21))

async def call(_request):
    breakpoint()
    return PlainTextResponse("went on")
"""
MAIN = FILES["app/main.py"].replace("app = Starlette", "from app.stopping import call, stop\napp = Starlette")
ROUTES = MAIN.replace("routes=[", 'routes=[Route("/stop", stop), Route("/call", call), ')
FILES_WITH_STOP = FILES | {"app/stopping.py": STOPPING, "app/main.py": ROUTES}
LINE = 6


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def server(tmp_path: Path, port: int) -> Iterator[DevServer]:
    with running(tmp_path, FILES_WITH_STOP, DEBUG_PORT=str(port)) as server:
        server.until("early 0")
        yield server


@pytest.fixture
def editor(server: DevServer, port: int, tmp_path: Path) -> Iterator[Editor]:
    """On a copy of the code in another folder, as the checkout is for the pod."""
    local = tmp_path / "checkout"
    shutil.copytree(server.folder / "app", local / "app")
    editor = Editor(port, local, str(server.folder))
    editor.attach()
    yield editor
    editor.close()


def test_it_stops_reads_a_variable_and_stops_again_after_a_save(
    server: DevServer, editor: Editor, tmp_path: Path
) -> None:
    file = tmp_path / "checkout/app/stopping.py"
    editor.stop_at(file, LINE)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        for text, save in (("doubled", False), ("twice", True)):
            if save:
                for place in (file, server.folder / "app/stopping.py"):
                    place.write_text(STOPPING.replace("doubled {", "twice {"))
                server.until_logged("reloaded in")
            answer = pool.submit(server.get, "/stop")
            stop = editor.stopped()
            assert stop.place == (str(file), LINE)
            assert stop.variable("number") == "21"
            time.sleep(1)
            assert not answer.done()
            stop.go_on()
            assert answer.result().text == f"{text} 42"


def test_a_save_during_a_stop_loads_the_new_code(server: DevServer, editor: Editor, tmp_path: Path) -> None:
    editor.stop_at(tmp_path / "checkout/app/stopping.py", LINE)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        pool.submit(server.get, "/stop")
        editor.stopped()
        server.save("app/value.py", "VALUE = 1\n")
        server.until("early 1")
        again = pool.submit(server.get, "/stop")
        stop = editor.stopped()
        assert stop.variable("number") == "21"
        stop.go_on()
        assert again.result().text == "doubled 42"


def test_breakpoint_in_the_code_stops(server: DevServer, editor: Editor) -> None:
    with concurrent.futures.ThreadPoolExecutor() as pool:
        answer = pool.submit(server.get, "/call")
        stop = editor.stopped()
        assert stop.place[0].endswith("checkout/app/stopping.py")
        stop.go_on()
        assert answer.result().text == "went on"


def test_without_an_editor_breakpoint_prints_how_to_attach(server: DevServer) -> None:
    assert server.get("/call").text == "went on"
    server.until_logged("breakpoint() at app/stopping.py:12: no debugger is attached; press *Debug*")


def test_without_debugging_breakpoint_prints_how_to_start_it(tmp_path: Path) -> None:
    with running(tmp_path, FILES_WITH_STOP) as server:
        server.until("early 0")
        assert server.get("/call").text == "went on"
        server.until_logged("no debugger is attached; press *Debug*")


def test_the_port_is_free_again_once_the_server_has_ended(server: DevServer, port: int) -> None:
    import socket

    server.stop()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            socket.create_server(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{port} is still taken")
