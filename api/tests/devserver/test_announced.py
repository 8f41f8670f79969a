"""Saves that another program announces: one reload for many files, and an answer when the new code serves."""

import contextlib
import socket
import time
from collections.abc import Iterator

from devserver.announced import NAME
from tests.support.devserver import DevServer


@contextlib.contextmanager
def announced(server: DevServer) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(server.folder / NAME))
        connection.send(b"begin\n")
        yield connection


def test_many_files_are_one_reload_however_slowly_they_come(server: DevServer) -> None:
    before = server.log().count("reloaded in")
    with announced(server) as connection:
        for number in range(20):
            server.save(f"app/many/part{number}.py", f"VALUE = {number}\n")
            time.sleep(0.03)  # longer than a batch of the watcher
        assert server.log().count("reloaded in") == before
        server.save("app/value.py", "from app.many.part19 import VALUE\n")
        connection.send(b"end\n")
        assert connection.recv(64) == b"ready\n"
    assert "early 19" in server.get().text  # not a moment later
    time.sleep(0.5)  # the watcher has reported the same files
    assert server.log().count("reloaded in") == before + 1


def test_broken_code_is_answered_as_failed(server: DevServer) -> None:
    with announced(server) as connection:
        server.save("app/value.py", "VALUE = (\n")
        connection.send(b"end\n")
        assert connection.recv(64) == b"failed\n"
    server.until("SyntaxError", status=500)


def test_the_same_bytes_are_answered_at_once(server: DevServer) -> None:
    before = server.log().count("reloaded in")
    with announced(server) as connection:
        server.save("app/value.py", "VALUE = 0\n")
        connection.send(b"end\n")
        assert connection.recv(64) == b"same\n"
    assert server.log().count("reloaded in") == before


def test_an_announcer_that_dies_holds_up_nothing(server: DevServer) -> None:
    with announced(server):
        server.save("app/value.py", "VALUE = 7\n")
    server.until("early 7")


def test_an_announcer_that_hangs_holds_up_nothing_for_long(server: DevServer) -> None:
    with announced(server):
        server.save("app/value.py", "VALUE = 8\n")
        server.until("early 8")
