"""A person's first minutes, in a real Chromium through NodePort 30080."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.e2e.pages import register, task

pytestmark = pytest.mark.usefixtures("deployed")


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="en-GB", timezone_id="Europe/Berlin")
    page = context.new_page()
    page.set_default_timeout(30_000)  # milliseconds; a development server compiles at the first visit
    yield page
    context.close()


def test_register_add_complete_rename_delete(page: Page) -> None:
    register(page)
    field = page.get_by_role("textbox", name="Add a task")
    field.fill("water the plants")
    field.press("Enter")
    expect(task(page, "water the plants")).to_be_visible()
    expect(field).to_be_focused()

    row = task(page, "water the plants")
    row.hover()
    row.get_by_role("button", name="Rename water the plants").click()
    editor = page.get_by_role("textbox", name="New title for water the plants")
    editor.fill("water the orchids")
    editor.press("Enter")
    expect(task(page, "water the orchids")).to_be_visible()

    with page.expect_response(completion_saved):
        task(page, "water the orchids").get_by_role("checkbox", name="Complete water the orchids").click()
    page.reload()
    page.get_by_role("region", name=re.compile("^Completed")).get_by_role("button", expanded=False).click()
    box = task(page, "water the orchids").get_by_role(
        "checkbox", name=re.compile("Complete water the orchids")
    )
    expect(box).to_be_checked()

    task(page, "water the orchids").hover()
    with page.expect_response(lambda answer: answer.request.method == "DELETE" and answer.ok):
        page.get_by_role("button", name="Delete water the orchids").click()
    expect(task(page, "water the orchids")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("textbox", name="Add a task")).to_be_visible()
    expect(task(page, "water the orchids")).to_have_count(0)


def completion_saved(answer: Response) -> bool:
    """The list shows a change before it is saved, so the answer to the rename may still be pending."""
    request = answer.request
    return request.method == "PATCH" and "completed" in (request.post_data or "") and answer.ok
