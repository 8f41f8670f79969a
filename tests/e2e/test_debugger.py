"""A debugger stops in the pods at an editor's breakpoints, before and after a save."""

import concurrent.futures
import functools
import subprocess
from collections.abc import Iterator

import pytest

from tests.support import world
from tests.support.cdp import Inspector
from tests.support.dap import Editor
from tests.support.waiting import until

ROUTE = """

@app.get("/stop")
def stop(number: int) -> int:
    doubled = number * 2
    return doubled
"""
PAGE = """export const dynamic = "force-dynamic";

export default function Page() {
  const secret = 6 * 7;
  const shown = `page ${secret}`;
  return <p>{shown}</p>;
}
"""
API = "http://localhost:8000"


@pytest.fixture(scope="module")
def debugging(tilt: world.Tilt) -> Iterator[world.Tilt]:
    """Both services run with a debugger, as after a click on *Debug*."""
    _arguments(tilt, "--", "--debug", "api", "--debug", "ui")
    until(lambda: _pods() == [1, 1], timeout=180, pause=1, what="one pod each")
    until(lambda: _answers(f"{API}/docs"), timeout=60, what="the API")
    yield tilt
    _arguments(tilt, "--clear")
    until(lambda: _pods() == [2, 2], timeout=180, pause=1, what="two pods each")


def test_python_stops_reads_a_variable_and_stops_again_after_a_save(debugging: world.Tilt) -> None:
    main = debugging.folder / "api/app/main.py"
    original = main.read_text()
    main.write_text(original + ROUTE)
    line = main.read_text().splitlines().index("    return doubled") + 1
    until(lambda: _answers(f"{API}/stop?number=1"), timeout=30, what="the new route")
    editor = Editor(5678, debugging.folder / "api", "/app")
    editor.attach()
    editor.stop_at(main, line)
    try:
        with concurrent.futures.ThreadPoolExecutor() as pool:
            for factor in ("2", "3"):
                if factor == "3":
                    main.write_text(main.read_text().replace("number * 2", "number * 3"))
                    until(lambda: _holds(main.read_text()), timeout=30, what="the save in the pod")
                answer = pool.submit(world.http, f"{API}/stop?number=7", timeout=60)
                stop = editor.stopped()
                assert stop.place == (str(main), line)
                if factor == "3" and stop.variable("doubled") == "14":  # the request came before the reload
                    stop.go_on()
                    answer = pool.submit(world.http, f"{API}/stop?number=7", timeout=60)
                    stop = editor.stopped()
                assert stop.variable("doubled") == str(7 * int(factor))
                assert not answer.done()
                stop.go_on()
                assert answer.result() == (200, 7 * int(factor))
    finally:
        editor.close()
        main.write_text(original)


def test_a_stopped_pod_stays_in_the_service_and_is_not_restarted(debugging: world.Tilt) -> None:
    main = debugging.folder / "api/app/main.py"
    original = main.read_text()
    main.write_text(original + ROUTE)
    until(lambda: _answers(f"{API}/stop?number=1"), timeout=30, what="the new route")
    before = world.endpoints("backend-service")
    editor = Editor(5678, debugging.folder / "api", "/app")
    editor.attach()
    editor.stop_at(main, main.read_text().splitlines().index("    return doubled") + 1)
    try:
        with concurrent.futures.ThreadPoolExecutor() as pool:
            answer = pool.submit(world.http, f"{API}/stop?number=7", timeout=90)
            stop = editor.stopped()
            with pytest.raises(concurrent.futures.TimeoutError):
                answer.result(timeout=45)  # longer than the liveness probe tolerates
            assert world.endpoints("backend-service") == before
            assert _restarts() == 0
            stop.go_on()
            assert answer.result() == (200, 14)
    finally:
        editor.close()
        main.write_text(original)


def test_the_pages_server_stops_at_a_source_line_again_after_a_save(debugging: world.Tilt) -> None:
    page = debugging.folder / "ui/src/app/stopping/page.tsx"
    page.parent.mkdir()
    page.write_text(PAGE)
    address = f"{world.APP}/stopping"
    until(lambda: "page 42" in _text(address), timeout=60, what="the page")
    try:
        with concurrent.futures.ThreadPoolExecutor() as pool:
            for secret, saved in (("42", PAGE), ("54", PAGE.replace("6 * 7", "6 * 9"))):
                page.write_text(saved)
                until(functools.partial(_shows, address, f"page {secret}"), timeout=60, what="the save")
                inspector = Inspector(9229)
                inspector.stop_at("src/app/stopping/page.tsx", 5)
                answer = pool.submit(_text, address)
                paused = inspector.wait("Debugger.paused")
                assert inspector.variable(paused, "secret") == int(secret)
                inspector.ask("Debugger.resume")
                inspector.close()
                assert f"page {secret}" in answer.result()
    finally:
        page.unlink()
        page.parent.rmdir()


def test_a_stack_trace_of_the_server_names_the_source(tilt: world.Tilt) -> None:
    page = tilt.folder / "ui/src/app/boom/page.tsx"
    page.parent.mkdir()
    page.write_text(
        'export const dynamic = "force-dynamic";\n\nfunction explode(): never {\n  throw new Error("boom");\n}\n\n'
        "export default function Page() {\n  explode();\n}\n"
    )
    try:
        until(lambda: world.http(f"{world.APP}/boom", timeout=60)[0] == 500, timeout=60, what="the error")
        until(lambda: "at explode (src/app/boom/page.tsx:4:9)" in _log(), timeout=20, what="the trace")
    finally:
        page.unlink()
        page.parent.rmdir()


def _arguments(tilt: world.Tilt, *words: str) -> None:
    subprocess.run(["tilt", "args", *words], env=world.ENVIRONMENT, cwd=tilt.folder, check=True)


def _pods() -> list[int]:
    found = [world.objects("pods", "-l", f"app={app}") for app in ("todo-backend", "todo-frontend")]
    return [len(pods) if all(map(world.ready, pods)) else 0 for pods in found]


def _answers(address: str) -> bool:
    try:
        return world.http(address)[0] == 200
    except OSError:
        return False


def _shows(address: str, text: str) -> bool:
    return text in _text(address)


def _text(address: str) -> str:
    return str(world.http(address, timeout=60)[1])


def _holds(text: str) -> bool:
    pod = world.pods("todo-backend")[0]["metadata"]["name"]
    return world.kubectl("exec", pod, "-c", "backend", "--", "cat", "/app/app/main.py") == text


def _restarts() -> int:
    (pod,) = world.pods("todo-backend")
    return sum(status["restartCount"] for status in pod["status"]["containerStatuses"])


def _log() -> str:
    return world.kubectl("logs", "-l", "app=todo-frontend", "--tail=200")
