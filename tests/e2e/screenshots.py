"""`make screenshots`: pictures of the running app, its assistant and Tilt's dashboard, while `make up` runs."""

import urllib.error
import urllib.request
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from dev.base import paths
from tests.e2e.conftest import CHROMIUM, CHROMIUM_OPTIONS
from tests.e2e.pages import ANSWER_TIMEOUT, answered, panel, say
from tests.support import world

DASHBOARD = "http://localhost:10350"
IMAGES = paths.ROOT / "docs" / "images"
SIZE: ViewportSize = {"width": 1280, "height": 820}
WIDE: ViewportSize = {"width": 1680, "height": 1000}
PASSWORD = "correct horse battery"
TASKS: list[tuple[str, int | None, str, list[str], bool]] = [
    # title, due in days, priority, tags, completed
    ("Send the quarterly report", -1, "urgent", ["work"], False),
    ("Water the plants", 0, "medium", ["home"], False),
    ("Review the rollout plan", 0, "high", ["work"], False),
    ("Book the train to Vienna", 2, "none", ["travel"], False),
    ("Call the dentist", 4, "low", [], False),
    ("Read the chapter on probes", None, "none", ["reading"], False),
    ("Buy oat milk", 0, "none", ["home"], True),
]


def main() -> None:
    """Create an account with some tasks and take the pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    email, token = _account()
    _tasks(token)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        _app(browser, email, "light")
        _app(browser, email, "dark")
        _assistant(browser, email)
        _dashboard(browser)
        browser.close()
    print(f"pictures are in {IMAGES}")


def _account() -> tuple[str, str]:
    email = f"{uuid.uuid4().hex[:8]}@example.org"
    body = {"email": email, "password": PASSWORD, "name": "Ada"}
    status, session = world.http(f"{world.APP}/api/v1/auth/register", body=body)
    assert status == 201, session
    return email, session["access_token"]


def _tasks(token: str) -> None:
    today = datetime.now(UTC).date()
    for title, days, priority, tags, completed in TASKS:
        body: dict[str, Any] = {"title": title, "priority": priority, "tags": tags}
        if days is not None:
            body["due_on"] = (today + timedelta(days=days)).isoformat()
        status, task = world.http(f"{world.APP}/api/v1/tasks", body=body, token=token)
        assert status == 201, task
        if completed:
            world.http(
                f"{world.APP}/api/v1/tasks/{task['id']}",
                body={"completed": True},
                token=token,
                method="PATCH",
            )


def _app(browser: Browser, email: str, scheme: Any) -> None:
    page = _signed_in(browser, email, scheme)
    page.wait_for_timeout(1500)
    page.screenshot(path=IMAGES / f"app-{scheme}.png")


def _assistant(browser: Browser, email: str) -> None:
    """Taken last, because it adds tasks."""
    page = _signed_in(browser, email, "light")
    page.get_by_role("button", name="Assistant").click()
    say(page, "Add buy stamps and call Anna tomorrow")
    panel(page).get_by_role("region", name="Added 2 tasks").wait_for(timeout=ANSWER_TIMEOUT)
    answered(page)
    page.wait_for_timeout(1500)
    page.screenshot(path=IMAGES / "assistant.png")


def _signed_in(browser: Browser, email: str, scheme: Any) -> Page:
    page = browser.new_context(viewport=SIZE, color_scheme=scheme, device_scale_factor=1.5).new_page()
    page.goto(f"{world.APP}/login", wait_until="networkidle")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text(TASKS[0][0]).first.wait_for()
    return page


def _dashboard(browser: Browser) -> None:
    try:
        urllib.request.urlopen(DASHBOARD, timeout=5).close()
    except urllib.error.URLError as error:
        raise SystemExit(f"no dashboard at {DASHBOARD}: run `make up` first") from error
    page = browser.new_context(viewport=WIDE, device_scale_factor=1.5).new_page()
    page.goto(f"{DASHBOARD}/overview", wait_until="domcontentloaded")
    page.get_by_text("1-app").first.wait_for()
    page.wait_for_timeout(1500)
    page.screenshot(path=IMAGES / "dashboard.png")


if __name__ == "__main__":
    main()
