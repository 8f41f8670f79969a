"""The app's page as a person sees it: tasks and the assistant's panel, by role and name."""

import re
import uuid
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.support import world

ANSWER_TIMEOUT = 60_000  # milliseconds
PASSWORD = "correct horse battery"


def register(page: Page) -> str:
    """Register a new account through the page. Returns its e-mail address."""
    email = f"{uuid.uuid4().hex[:12]}@example.org"
    page.goto(world.APP)
    page.get_by_role("link", name="Create an account").click()
    expect(page.get_by_role("heading", name="Create your account")).to_be_visible()
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("textbox", name="Add a task")).to_be_visible()
    return email


def sign_in(page: Page, email: str) -> None:
    """Sign in with a registered account."""
    page.goto(f"{world.APP}/login")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("textbox", name="Add a task")).to_be_visible()


def type_task(page: Page, title: str) -> None:
    """Add a task without waiting for its row."""
    field = page.get_by_role("textbox", name="Add a task")
    field.fill(title)
    field.press("Enter")


def task(page: Page, title: str) -> Locator:
    """The row of a task."""
    return page.get_by_role("listitem").filter(has_text=title)


def panel(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Assistant")


def field(page: Page) -> Locator:
    return panel(page).get_by_role("textbox", name="Message to the assistant")


def say(page: Page, message: str) -> None:
    """Send a message once no answer is in progress, because Enter sends nothing before."""
    field(page).fill(message)
    expect(panel(page).get_by_role("button", name="Send")).to_be_enabled(timeout=ANSWER_TIMEOUT)
    field(page).press("Enter")
    expect(field(page)).to_have_value("")


def answered(page: Page) -> None:
    """Wait until the answer is complete."""
    expect(panel(page).get_by_role("button", name="Send")).to_be_visible(timeout=ANSWER_TIMEOUT)
    expect(panel(page).get_by_role("alert")).to_have_count(0)


def rows(page: Page) -> Locator:
    """The tasks of the list, without those in the panel."""
    return page.get_by_role("main").locator("[data-task-id]")


def row(page: Page, title: str) -> Locator:
    return rows(page).filter(has_text=title)


def add(page: Page, title: str, **fields: object) -> None:
    """Call the API with the session of this page."""
    session = page.evaluate("Object.values(localStorage).find((value) => value.includes('token'))")
    token = re.search(r"eyJ[\w.-]+", session)
    assert token is not None
    status, _ = world.http(f"{world.APP}/api/v1/tasks", body={"title": title, **fields}, token=token[0])
    assert status == 201


def title_of(page: Page, title: str) -> Locator:
    return row(page, title).get_by_role("button", name=title, exact=True)


def details(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Task details")


def focus(page: Page) -> str:
    """The focused element's region and name; "BODY" if keys would go nowhere."""
    return str(
        page.evaluate(
            """() => {
                const { activeElement: element } = document;
                if (element === document.body) return "BODY";
                const region = element.closest("aside, dialog, section[data-bottom-bar]");
                const title = element.closest("[data-task-id]")?.querySelector("[data-task-title]");
                return [region?.ariaLabel, title?.textContent ?? element.ariaLabel].filter(Boolean).join(": ");
            }"""
        )
    )


def box(locator: Locator) -> Any:
    found = locator.bounding_box()
    assert found is not None
    return found


def middle(rectangle: Any) -> float:
    return float(rectangle["x"] + rectangle["width"] / 2)
