"""A save reaches the running pods without an image build or a new pod. Prints the table of times."""

import contextlib
import functools
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from dev.base import paths
from tests.e2e import saves
from tests.support import world
from tests.support.waiting import until

N = int(os.environ.get("BENCH_SAVES", "8"))
ROUTE = """

@app.get("/live-value")
def live_value() -> dict[str, str]:
    return {"value": "0"}
"""
IMPORTING = """
from app.extra_live import VALUE

@app.get("/live-file")
def live_file() -> str:
    return VALUE
"""
PAGE = """import { Counter } from './counter'

export const dynamic = 'force-dynamic'

export default function Page() {
  return (<main><p data-testid="server">server 0</p><Counter /></main>)
}
"""
COUNTER = """'use client'

import { useState } from 'react'

export function Counter() {
  const [count, setCount] = useState(0)
  return (<button type="button" onClick={() => setCount(count + 1)}>client 0 count {count}</button>)
}
"""


# An earlier click is lost, because the server's HTML already contains the button.
HYDRATED = "Object.keys(document.querySelector('button')).some(key => key.startsWith('__reactProps'))"


@pytest.fixture(scope="module")
def figures() -> Iterator[saves.Figures]:
    collected = saves.Figures()
    yield collected
    print("\n" + collected.table())
    collected.write(paths.STATE / "bench.json")


@pytest.fixture(scope="module")
def replicas(tilt: world.Tilt) -> Iterator[list[str]]:
    """The address of each backend replica."""
    assert tilt.process.poll() is None
    names = [pod["metadata"]["name"] for pod in world.pods("todo-backend")]
    assert len(names) == 2
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(world.forwarded(name, 8000)) for name in names]


def generation() -> list[tuple[str, str, int]]:
    """Name, image and restarts of every pod: the same before and after means that nothing was built or restarted."""
    statuses = [
        (pod["metadata"]["name"], status["imageID"], status["restartCount"])
        for pod in [*world.pods("todo-backend"), *world.pods("todo-frontend")]
        for status in pod["status"]["containerStatuses"]
    ]
    return sorted(statuses)


@pytest.fixture(autouse=True)
def same_pods(tilt: world.Tilt, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that caused an unintended image build or restart."""
    assert tilt.process.poll() is None
    before = generation()
    yield
    if "builds" not in request.node.name:
        assert generation() == before


def _holds(text: str, _status: int, body: str) -> bool:
    return text in body


def _holds_renamed(pod: dict[str, Any]) -> bool:
    listed = world.kubectl("exec", pod["metadata"]["name"], "-c", "backend", "--", "ls", "/app/app")
    return "renamed_live.py" in listed and "extra_live.py" not in listed


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text, f"{old!r} is not in {file}"
    file.write_text(text.replace(old, new))


def test_a_python_save_answers_from_both_replicas(
    checkout: Path, replicas: list[str], figures: saves.Figures
) -> None:
    main = checkout / "api" / "app" / "main.py"
    saves.in_all(
        replicas,
        "/live-value",
        lambda status, _: status == 200,
        lambda: main.write_text(main.read_text() + ROUTE),
    )
    for number in range(1, N + 1):
        value = f'"value": "{number}"'
        save = functools.partial(rewrite, main, f'"value": "{number - 1}"', value)
        times = saves.in_all(replicas, "/live-value", functools.partial(_holds, f'"{number}"'), save)
        figures.add("Python file, first replica", times[0])
        figures.add("Python file, both replicas", times[-1])
        time.sleep(0.5)
    assert figures.median("Python file, both replicas") < 1.9, "stock uvicorn --reload is quicker"


def test_a_new_renamed_and_deleted_python_file_follows(checkout: Path, replicas: list[str]) -> None:
    app = checkout / "api" / "app"
    main, extra, renamed = app / "main.py", app / "extra_live.py", app / "renamed_live.py"
    with (app / ".env").open("a") as credentials:  # tests/support/secrecy.py has left them here
        credentials.write("# saved\n")
    extra.write_text('VALUE = "from the new file"\n')
    saves.in_all(
        replicas,
        "/live-file",
        lambda _, body: "from the new file" in body,
        lambda: main.write_text(main.read_text() + IMPORTING),
    )
    for pod in world.pods("todo-backend"):
        files = world.kubectl("exec", pod["metadata"]["name"], "-c", "backend", "--", "ls", "-a", "/app/app")
        assert "extra_live.py" in files.split()
        assert ".env" not in files.split()

    def rename() -> None:
        extra.rename(renamed)
        rewrite(main, "app.extra_live", "app.renamed_live")

    rename()
    until(
        lambda: all(_holds_renamed(pod) for pod in world.pods("todo-backend")),
        timeout=30,
        what="renamed file",
    )
    saves.in_all(
        replicas, "/live-file", lambda status, body: status == 200 and "new file" in body, lambda: None
    )
    saves.in_all(
        replicas, "/live-file", lambda status, body: status == 500 and "renamed_live" in body, renamed.unlink
    )
    saves.in_all(
        replicas,
        "/live-file",
        lambda status, _: status == 404,
        lambda: main.write_text(main.read_text().replace(IMPORTING.replace("extra", "renamed"), "")),
    )


def test_a_syntax_error_answers_with_its_traceback_and_heals(
    checkout: Path, replicas: list[str], figures: saves.Figures
) -> None:
    main = checkout / "api" / "app" / "main.py"
    good = main.read_text()
    shown = saves.in_all(
        replicas,
        "/live-value",
        lambda status, body: status == 500 and "SyntaxError" in body and "main.py" in body,
        lambda: main.write_text(good + "\ndef broken(:\n"),
    )
    healed = saves.in_all(
        replicas,
        "/live-value",
        lambda status, _: status == 200,
        lambda: main.write_text(good + "\n# fixed\n"),
    )
    figures.add("Python syntax error, traceback from both", shown[-1])
    figures.add("… fixed, both answer again", healed[-1])


@pytest.fixture(scope="module")
def counter(tilt: world.Tilt, checkout: Path, chromium: Browser) -> Iterator[Page]:
    """A page with a client and a server component, opened through the NodePort and clicked three times."""
    assert tilt.process.poll() is None
    folder = checkout / "ui" / "src" / "app" / "live-value"
    folder.mkdir()
    (folder / "counter.tsx").write_text(COUNTER)
    (folder / "page.tsx").write_text(PAGE)
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(60_000)  # milliseconds; the first visit compiles the page
    until(
        lambda: world.http(f"{world.APP}/live-value", timeout=60)[0] == 200, timeout=60, what="the new page"
    )
    page.goto(f"{world.APP}/live-value")
    page.wait_for_function(HYDRATED)
    page.evaluate("window.notReloaded = true")
    for count in range(3):
        expect(page.get_by_role("button")).to_contain_text(f"count {count}")
        page.get_by_role("button").click()
    expect(page.get_by_role("button")).to_contain_text("count 3")
    time.sleep(2)  # the other replica compiles too, so both are warm
    yield page
    context.close()


def shown(page: Page, text: str, begin: float) -> float:
    """Seconds from `begin` until the browser's document contains `text`."""
    page.wait_for_function(
        "text => document.body.innerText.includes(text)", arg=text, polling=10, timeout=30_000
    )
    return time.monotonic() - begin


@pytest.mark.parametrize("kind", ["client", "server"])
def test_a_react_save_is_hot_replaced_and_keeps_the_state(
    kind: str, checkout: Path, counter: Page, figures: saves.Figures
) -> None:
    name = {"client": "counter.tsx", "server": "page.tsx"}[kind]
    file = checkout / "ui" / "src" / "app" / "live-value" / name
    for number in range(1, N + 1):
        begin = time.monotonic()
        rewrite(file, f"{kind} {number - 1}", f"{kind} {number}")
        figures.add(f"React {kind} component, in the browser", shown(counter, f"{kind} {number}", begin))
        time.sleep(0.5)
    assert counter.evaluate("window.notReloaded") is True
    expect(counter.get_by_role("button")).to_contain_text("count 3")


def test_a_react_syntax_error_is_shown_and_heals(checkout: Path, counter: Page) -> None:
    file = checkout / "ui" / "src" / "app" / "live-value" / "counter.tsx"
    good = file.read_text()
    file.write_text(good.replace("return (", "return ((("))
    until(
        lambda: counter.evaluate("document.querySelector('nextjs-portal') !== null"),
        timeout=30,
        what="the error overlay",
    )
    begin = time.monotonic()
    file.write_text(good.replace(f"client {N}", "client fixed"))
    shown(counter, "client fixed", begin)


def test_readme_and_test_saves_build_nothing(checkout: Path, tilt: world.Tilt) -> None:
    for name in ("README.md", "api/README.md", "api/tests/core/test_shutdown.py"):
        file = checkout / name
        file.parent.mkdir(parents=True, exist_ok=True)
        before = file.read_text() if file.exists() else ""
        file.write_text(before + "\n# saved\n")
    time.sleep(5)
    for name in ("api", "ui"):
        assert tilt.resources()[name]["status"]["updateStatus"] in ("ok", "not_applicable")


def test_a_changed_dependency_builds_an_image_and_rolls_the_pods(
    checkout: Path, tilt: world.Tilt, figures: saves.Figures
) -> None:
    requirements = checkout / "api" / "requirements.txt"
    before = {pod["metadata"]["name"] for pod in world.pods("todo-backend")}
    begin = time.monotonic()
    requirements.write_text(requirements.read_text() + "\n# a comment is a change too\n")

    def rolled() -> bool:
        names = {pod["metadata"]["name"] for pod in world.pods("todo-backend")}
        return not names & before and world.two_ready("todo-backend")

    until(rolled, timeout=240, what="new backend pods")
    figures.add("dependency: image built, both pods replaced", time.monotonic() - begin)
    assert tilt.resources()["api"]["status"]["updateStatus"] == "ok"
