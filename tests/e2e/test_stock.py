"""The same edit with the stock tools and with ours, in one run on one cluster: `make bench`."""

import contextlib
import functools
import json
import os
import statistics
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.e2e import saves
from tests.support import world
from tests.support.waiting import until

N = int(os.environ.get("BENCH_SAVES", "4"))
RATIO = 10  # how many times quicker a save has to be than with the stock tools
STOCK = {"SYNC": "tilt", "DEVSERVER": "uvicorn"}
TESTS = ("api-tests", "ui-tests", "ui-lint", "python-lint", "manifests-tests")
COMPARING = ("sync", "synced")  # without the lane, they are no part of the stock tools
ROUTE = '\n\n@app.get("/stock-value")\ndef stock_value() -> str:\n    return "none"\n'


@contextlib.contextmanager
def replicas() -> Iterator[list[str]]:
    """The address of each backend replica."""
    with contextlib.ExitStack() as stack:
        names = [pod["metadata"]["name"] for pod in world.pods("todo-backend")]
        yield [stack.enter_context(world.forwarded(name, 8000)) for name in names]


def _holds(text: str, _status: int, body: str) -> bool:
    return text in body


def measure(tilt: world.Tilt, checkout: Path, count: int = N, **variables: str) -> dict[float, float]:
    """The time of each of `count` saves (time.time), and the seconds until both replicas answered with it.

    Tilt starts with these variables and without the test resources.
    """
    tilt.restart(**variables)
    subprocess.run(
        ["tilt", "disable", *TESTS, *(COMPARING if variables["SYNC"] == "tilt" else ())],
        env=tilt.environment,
        cwd=tilt.folder,
        check=True,
        capture_output=True,
    )
    until(lambda: world.two_ready("todo-backend"), timeout=120, what="both replicas with their server")
    time.sleep(5)  # until the startup work is over
    main = checkout / "api/app/main.py"
    before = main.read_text()
    times: dict[float, float] = {}
    try:
        with replicas() as both:
            for number in range(count + 1):
                text = before + ROUTE.replace("none", f"value {number}")
                good = functools.partial(_holds, f"value {number}")
                saved = time.time()
                answers = saves.in_all(both, "/stock-value", good, functools.partial(main.write_text, text))
                if number:  # the first one warms up
                    times[saved] = answers[-1]
                time.sleep(3)
    finally:
        main.write_text(before)
        time.sleep(3)
    return times


def stages(file: Path, times: dict[float, float]) -> dict[str, list[float]]:
    """Seconds from each save to each stage in both replicas, as recorded by the lane."""
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    found: dict[str, list[float]] = {"noticed": [], "sent": [], "written": [], "reloaded": []}
    for saved, answered in times.items():
        [times_of] = [line for line in lines if saved <= line["begin"] <= saved + answered]
        since = {"noticed": 0.0, "reloaded": times_of["answered"], **times_of}
        for stage, seconds in found.items():
            seconds.append(since[stage] + times_of["begin"] - saved)
    return {f"fast lane: save → {stage}": seconds for stage, seconds in found.items()}


def test_a_save_is_ten_times_quicker_than_with_the_stock_tools(
    tilt: world.Tilt, checkout: Path, tmp_path: Path
) -> None:
    recorded = tmp_path / "saves"
    load = os.getloadavg()[0]
    half = functools.partial(measure, tilt, checkout, N // 2, SYNC="lane", SYNC_TIMES=str(recorded))
    lane = half()
    warm = measure(tilt, checkout, SYNC="tilt")
    stock = measure(tilt, checkout, N, **STOCK)
    lane |= half()  # before and after, because the machine's load changes meanwhile
    tilt.restart()
    figures = saves.Figures(
        {
            **stages(recorded, lane),
            "fast lane: save → answered by both replicas": [*lane.values()],
            "Tilt's live update and the warm spare": [*warm.values()],
            "Tilt's live update and uvicorn --reload": [*stock.values()],
        }
    )
    ratio = statistics.median(stock.values()) / statistics.median(lane.values())
    print(f"\nload average: {load:.1f} at the start, {os.getloadavg()[0]:.1f} at the end")
    print(f"\n{figures.table()}\na save is {ratio:.1f} times quicker than with the stock tools")
    assert ratio >= RATIO
