"""A person's first minutes, in a real Chromium through NodePort 30080."""

import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import world

pytestmark = pytest.mark.usefixtures("deployed")


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="en-GB", timezone_id="Europe/Berlin")
    page = context.new_page()
    page.set_default_timeout(30_000)  # milliseconds; a development server compiles at the first visit
    yield page
    context.close()


def register(page: Page) -> str:
    """Register a new person through the page; their e-mail address."""
    email = f"{uuid.uuid4().hex[:12]}@example.org"
    page.goto(world.APP)
    page.get_by_role("link", name=re.compile("register|create.*account|sign up", re.I)).first.click()
    page.get_by_label(re.compile("e-?mail", re.I)).fill(email)
    page.get_by_label(re.compile("password", re.I)).first.fill("correct horse battery")
    page.get_by_role("button", name=re.compile("register|create.*account|sign up", re.I)).click()
    return email


def test_register_add_complete_rename_delete(page: Page) -> None:
    register(page)
    field = page.get_by_role("textbox", name=re.compile("add|new task", re.I))
    field.fill("water the plants")
    field.press("Enter")
    task = page.get_by_role("listitem").filter(has_text="water the plants")
    expect(task).to_be_visible()
    expect(field).to_be_focused()

    task.get_by_role("checkbox", name=re.compile("complete|done|water", re.I)).first.check()
    page.reload()
    show_completed(page)
    task = page.get_by_role("listitem").filter(has_text="water the plants")
    expect(
        task.get_by_role("checkbox", name=re.compile("complete|done|reopen|water", re.I)).first
    ).to_be_checked()

    task.get_by_role("button", name=re.compile("delete", re.I)).click()
    expect(page.get_by_role("listitem").filter(has_text="water the plants")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("textbox", name=re.compile("add|new task", re.I))).to_be_visible()
    expect(page.get_by_text("water the plants")).to_have_count(0)


def show_completed(page: Page) -> None:
    """Open the section of completed tasks if it is closed."""
    toggle = page.get_by_role("button", name=re.compile("^completed", re.I))
    expect(toggle).to_be_visible()
    if toggle.get_attribute("aria-expanded") == "false":
        toggle.click()
