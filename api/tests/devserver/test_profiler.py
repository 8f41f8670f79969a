"""Sampling shows the function that uses the CPU, and not those that wait."""

import subprocess
import sys
import threading
from pathlib import Path

from tests.support.devserver import FILES, environment, running

BUSY = """
import time
from starlette.responses import PlainTextResponse
def burn(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(1000))
def busy(_request):
    burn(1)
    return PlainTextResponse("done")
def idle(_request):
    time.sleep(1)
    return PlainTextResponse("done")
"""
MAIN = FILES["app/main.py"].replace("app = Starlette", "from app.busy import busy, idle\napp = Starlette")
ROUTES = MAIN.replace("routes=[", 'routes=[Route("/busy", busy), Route("/idle", idle), ')


def test_the_busy_function_takes_the_time(tmp_path: Path) -> None:
    with running(tmp_path, FILES | {"app/busy.py": BUSY, "app/main.py": ROUTES}) as server:
        server.until("early 0")
        command = [sys.executable, "-m", "devserver.profiler", str(server.process.pid)]
        sampling = subprocess.Popen(
            command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, text=True
        )
        callers = [threading.Thread(target=server.get, args=(path,)) for path in ("/busy", "/idle")]
        for caller in callers:
            caller.start()
        folded, _ = sampling.communicate(timeout=40)
        for caller in callers:
            caller.join()
    by_function = {line.rpartition(" ")[0]: int(line.rpartition(" ")[2]) for line in folded.splitlines()}
    burnt = sum(spent for stack, spent in by_function.items() if "burn (app/busy.py:4)" in stack)
    waited = sum(spent for stack, spent in by_function.items() if "idle (app/busy.py" in stack)
    assert burnt > 5 * waited
    assert burnt > 0.5 * sum(by_function.values())
