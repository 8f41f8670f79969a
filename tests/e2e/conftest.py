"""The stages of the end-to-end run, each set up once: a copy of the checkout, `tilt ci` on it, `tilt up` on it."""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e import pages
from tests.support import order, secrecy, world

STAGES = (
    "gate",
    "topology",
    "crowd",
    "stack",
    "browser",
    "outbox",
    "unsaved",
    "dates",
    "keyboard",
    "access",
    "chat",
    "live_update",
    "sync",
    "debugger",
    "dashboard",
    "restarts",
    "stock",
    "secrets",
    "down",
)

APPLICATION = ("api", "ui", "all-pods-ready")
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order.by_stage(items, Path(__file__).parent, STAGES)


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this checkout that tests may edit. No build from it may contain the canaries."""
    secrecy.canaries()  # generated before the copy, so that both sides have the same
    return secrecy.plant(world.copy_checkout(tmp_path_factory.mktemp("checkout") / "todo"))


@pytest.fixture(scope="session")
def deployed(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log of `tilt ci` on the copy, without the test resources, which `make test` has just run."""
    log = tmp_path_factory.mktemp("tilt-ci") / "tilt-ci.log"
    begin = time.monotonic()
    with log.open("wb") as sink:
        code = subprocess.run(
            ["tilt", "ci", *APPLICATION],
            cwd=checkout,
            env=world.ENVIRONMENT,
            stdout=sink,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    assert code == 0, f"tilt ci ended with {code}:\n{log.read_text(errors='replace')[-6000:]}"
    print(f"\ntilt ci: {time.monotonic() - begin:.0f} s")
    return log


@pytest.fixture(scope="session")
def tilt(deployed: Path, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[world.Tilt]:
    """`tilt up` runs on the copy."""
    assert deployed.is_file()
    with world.tilt_up(checkout, tmp_path_factory.mktemp("tilt-up") / "tilt-up.log") as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real, headless Chromium. The timeout is long because a development server compiles each page first."""
    expect.set_options(timeout=30_000)  # milliseconds
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Open a new account's page with these tasks, the first on top. The options are those of a browser context."""
    contexts = []

    def open_page(*titles: str, **options: Any) -> Page:
        context = chromium.new_context(locale="en-GB", timezone_id="Europe/Berlin", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)  # milliseconds; a development server compiles at the first visit
        pages.register(page)
        page.get_by_role("textbox", name="Add a task").wait_for()
        for title in reversed(titles):
            pages.add(page, title)
        if titles:
            page.reload()
            expect(pages.rows(page)).to_have_count(len(titles))
        return page

    yield open_page
    for context in contexts:
        context.close()
