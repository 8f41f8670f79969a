"""The command line, and that nothing is left when it ends."""

import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.support import devserver
from tests.support.devserver import API, FILES, MAIN, DevServer, command, environment, running
from tests.support.ports import free_port

pytestmark = pytest.mark.slow


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def assert_gone(server: DevServer, pids: list[int]) -> None:
    """None of them runs, and no process has the port: not even a spare that was forked since they were counted."""
    deadline = time.monotonic() + 2
    while any(map(is_running, pids)) or not is_free(server.port):
        assert time.monotonic() < deadline, f"still there: {pids} or the port\n{server.log()}"
        time.sleep(0.02)


def is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_all(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path) as server:
        server.until("early 0")
        server.until_spare()
        worker, children = server.get("/pid").text, server.children()
        assert server.stop(number) < 2
        assert server.process.returncode == 0
        assert_gone(server, children)
        assert (server.folder / "ended").read_text() == worker  # the lifespan's end was run


def test_ctrl_c_reaches_the_children_as_well(tmp_path: Path) -> None:
    """As a terminal sends it: to every process of the group."""
    (tmp_path / "app").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    port = free_port()
    with (tmp_path / "output").open("wb") as log:
        process = subprocess.Popen(
            command(port), cwd=tmp_path, env=environment(), stdout=log, stderr=log, start_new_session=True
        )
    server = DevServer(tmp_path, port, process, tmp_path / "output")
    server.until_logged("ready after")
    server.until_spare()
    children = server.children()
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(2) == 0
    assert_gone(server, children)
    assert "Traceback" not in server.log()
    assert "crash" not in server.log() and "ended with" not in server.log()


def test_an_open_stream_does_not_block_the_exit(tmp_path: Path) -> None:
    with running(tmp_path) as server, httpx.stream("GET", server.url + "/stream", timeout=10) as stream:
        next(stream.iter_text())
        children = server.children()
        assert server.stop() < 2
        assert_gone(server, children)


def test_a_busy_worker_does_not_block_a_reload(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        server.until("early 0")
        hang(server)
        server.save("app/value.py", "VALUE = 1\n")
        server.until("early 1")


@pytest.mark.parametrize("busy", [False, True])
def test_a_killed_parent_leaves_no_child(tmp_path: Path, busy: bool) -> None:
    with running(tmp_path) as server:
        server.until("early 0")
        server.until_spare()
        if busy:
            hang(server)
        children = server.children()
        server.stop(signal.SIGKILL)
        assert_gone(server, children)


def hang(server: DevServer) -> None:
    """The worker's event loop comes to a stop."""

    def ask() -> None:
        with pytest.raises(httpx.TransportError):
            httpx.get(server.url + "/hang", timeout=PATIENCE_OF_THE_HANGING)

    (server.folder / "hanging").unlink(missing_ok=True)
    threading.Thread(target=ask).start()
    server.until_exists("hanging")


PATIENCE_OF_THE_HANGING = 5.0  # seconds


def test_old_workers_go(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        for value in range(1, 9):
            server.save("app/value.py", f"VALUE = {value}\n")
            server.until(f"early {value}")
        server.until_spare()


def test_without_its_watcher_it_ends(tmp_path: Path) -> None:
    """For example when the kernel grants no more watches: the developer must not wait for reloads that never come."""
    with running(tmp_path) as server:
        server.until("early 0")
        watcher, *others = server.children()
        os.kill(watcher, signal.SIGKILL)
        assert server.process.wait(2) == 1
        assert_gone(server, others)
        assert "the file watcher was killed by SIGKILL" in server.log()


@pytest.mark.parametrize(("limit", "enough"), [("instances", 1024), ("watches", 16384)])
def test_without_inotify_it_polls_and_names_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, enough: int
) -> None:
    """A user namespace has limits of its own, so that the machine's stay as they are."""
    script = f'echo 0 > /proc/sys/user/max_inotify_{limit} && exec "$@"'
    namespace = ["unshare", "--user", "--map-root-user", "sh", "-c", script, "sh"]
    if subprocess.run([*namespace, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this kernel gives this user no namespace")
    monkeypatch.setattr(devserver, "command", lambda port: [*namespace, *command(port)])
    with running(tmp_path) as server:
        server.until("early 0")
        server.save("app/value.py", "VALUE = 1\n")
        server.until("early 1")
        assert f"sudo sysctl fs.inotify.max_user_{limit}={enough}" in server.log()


def test_switch_to_stock_uvicorn(tmp_path: Path) -> None:
    with running(tmp_path, DEVSERVER="uvicorn") as server:
        server.until("early 0")
        assert "-m\0uvicorn" in Path(f"/proc/{server.process.pid}/cmdline").read_text()
        time.sleep(0.5)
        server.save("app/value.py", "VALUE = 1\n")
        server.until("early 1")


def refused(folder: Path, *arguments: str, **extra: str) -> str:
    done = subprocess.run(
        [*command(free_port()), *arguments],
        cwd=folder,
        env=environment(**extra),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return done.stderr


def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    assert "DEVSERVER=fast is unknown; set it to warm or uvicorn" in refused(tmp_path, DEVSERVER="fast")


def test_a_wrong_folder_is_refused(tmp_path: Path) -> None:
    assert "there is no folder app/ here" in refused(tmp_path)


def test_a_taken_port_is_refused(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = refused(tmp_path, "--port", str(taken.getsockname()[1]))
    assert "Address already in use" in said
    assert "choose another --port" in said


def test_a_reload_does_not_drain(tmp_path: Path) -> None:
    asking = MAIN.replace("from app.value import VALUE", "VALUE = os.environ['DRAIN_SECONDS']")
    with running(tmp_path, FILES | {"app/main.py": asking}, DRAIN_SECONDS="3") as server:
        server.until("early 0")


def test_the_real_application(tmp_path: Path) -> None:
    """Without a database: importing it must not connect."""
    app = {
        str(path.relative_to(API)): path.read_text()
        for path in (API / "app").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with running(tmp_path, app, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none") as server:
        server.until("", "/health/live")
        server.until_spare()
        main = app["app/main.py"]
        for value in (1, 2):
            server.save(
                "app/main.py", f'{main}\n@app.get("/value")\ndef value() -> str:\n    return "v{value}"\n'
            )
            server.until(f"v{value}", "/value")
        server.save("app/tasks/service.py", "oops oops\n")
        server.until("app/tasks/service.py, line 1: SyntaxError", "/health/live", status=500)
        server.save("app/tasks/service.py", app["app/tasks/service.py"])
        server.until("v2", "/value")
