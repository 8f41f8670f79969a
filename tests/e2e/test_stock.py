"""The same edit with the stock tools and with ours, in one run on one cluster: `make bench`."""

import contextlib
import functools
import os
import statistics
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import saves
from tests.support import world
from tests.support.waiting import until

N = int(os.environ.get("BENCH_SAVES", "0"))
RATIO = 10  # how many times quicker a save has to be than with the stock tools
STOCK = {"SYNC": "tilt", "DEVSERVER": "uvicorn"}
TESTS = ("api-tests", "ui-tests", "ui-lint", "python-lint", "manifests-tests")
ROUTE = '\n\n@app.get("/stock-value")\ndef stock_value() -> str:\n    return "none"\n'

pytestmark = pytest.mark.skipif(not N, reason="only `make bench` compares with the stock tools")


@contextlib.contextmanager
def replicas() -> Iterator[list[str]]:
    """The address of each backend replica."""
    with contextlib.ExitStack() as stack:
        names = [pod["metadata"]["name"] for pod in world.pods("todo-backend")]
        yield [stack.enter_context(world.forwarded(name, 8000)) for name in names]


def _holds(text: str, _status: int, body: str) -> bool:
    return text in body


def measure(tilt: world.Tilt, checkout: Path, **variables: str) -> list[float]:
    """Seconds from each of N saves to the new answer of both replicas, with Tilt started with these variables."""
    tilt.restart(**variables)
    subprocess.run(
        ["tilt", "disable", *TESTS], env=tilt.environment, cwd=tilt.folder, check=True, capture_output=True
    )
    until(lambda: world.two_ready("todo-backend"), timeout=120, what="both replicas with their server")
    time.sleep(5)  # until the startup work is over
    main = checkout / "api/app/main.py"
    before = main.read_text()
    times = []
    try:
        with replicas() as both:
            for number in range(N + 1):
                text = before + ROUTE.replace("none", f"value {number}")
                good = functools.partial(_holds, f"value {number}")
                times.append(
                    saves.in_all(both, "/stock-value", good, functools.partial(main.write_text, text))[-1]
                )
                time.sleep(3)
    finally:
        main.write_text(before)
        time.sleep(3)
    return times[1:]  # the first one warms up


def test_a_save_is_ten_times_quicker_than_with_the_stock_tools(tilt: world.Tilt, checkout: Path) -> None:
    stock = measure(tilt, checkout, **STOCK)
    warm = measure(tilt, checkout, SYNC="tilt")
    lane = measure(tilt, checkout, SYNC="lane")
    figures = saves.Figures(
        {
            "Tilt's live update, uvicorn --reload (both replicas)": stock,
            "Tilt's live update, warm spare": warm,
            "fast lane, warm spare": lane,
        }
    )
    ratio = statistics.median(stock) / statistics.median(lane)
    print(f"\n{figures.table()}\na save is {ratio:.1f} times quicker than with the stock tools")
    assert ratio >= RATIO
