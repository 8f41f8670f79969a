"""Where a person sees what is added and what is not saved. In a real Chromium through NodePort 30080.

The case numbers are those of a person's day with the app.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Locator, Page, Route, expect

from tests.e2e import pages
from tests.e2e.pages import row, type_task

pytestmark = pytest.mark.usefixtures("deployed")

SLOW = 3_000  # milliseconds until the first byte of an answer


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(
        locale="en-GB", timezone_id="Europe/Berlin", viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    page.set_default_timeout(30_000)  # milliseconds; a development server compiles at the first visit
    yield page
    context.close()


def view(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("button", name=name).or_(
        page.get_by_role("navigation").get_by_role("link", name=name)
    ).first.click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def refuse_to_add(route: Route) -> None:
    if route.request.method != "POST":
        route.fallback()
        return
    problem = '{"detail": "Not like this."}'
    route.fulfill(status=422, content_type="application/problem+json", body=problem)


def delay(session: CDPSession, milliseconds: int) -> None:
    """Delay the first byte of each answer. The delay of one session outlasts what another one says."""
    conditions = {"offline": False, "latency": milliseconds, "downloadThroughput": -1, "uploadThroughput": -1}
    session.send("Network.emulateNetworkConditions", conditions)


def sign_in_again(page: Page, email: str) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(pages.PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def end_session(page: Page) -> None:
    """Let the server refuse the token from now on."""
    page.evaluate(
        "localStorage.setItem('todo.session',"
        " JSON.stringify({...JSON.parse(localStorage.getItem('todo.session')), token: 'no.longer.valid'}))"
    )


def message(page: Page, text: str) -> Locator:
    """The message in the conversation."""
    return pages.panel(page).get_by_role("listitem").filter(has_text=text)


@pytest.mark.parametrize(
    ("name", "text", "section"),
    [
        ("Upcoming", "call mum", "No date"),
        ("Overdue", "call mum", "No date"),
        ("Completed", "call mum tomorrow", "Upcoming"),
        ("Today", "call mum tomorrow", "Upcoming"),
        ("No date", "call mum tomorrow", "Upcoming"),
    ],
)
def test_a_task_that_the_view_does_not_show_is_announced_with_a_way_to_it(
    page: Page, name: str, text: str, section: str
) -> None:
    """Case N5."""
    pages.register(page)
    view(page, name)
    type_task(page, text)
    toast = page.get_by_role("status").filter(has_text=f"Added “call mum” to {section}")
    expect(toast).to_be_visible()
    expect(row(page, "call mum")).to_have_count(0)
    toast.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", level=1, name=section)).to_be_visible()
    expect(pages.title_of(page, "call mum")).to_be_focused()


def test_a_message_in_the_composer_survives_views_reloads_and_the_sessions_end(page: Page) -> None:
    """Case N2, before Enter."""
    email = pages.register(page)
    page.get_by_role("button", name="Assistant").click()
    pages.field(page).fill("Move the dentist to friday")
    view(page, "Upcoming")
    expect(pages.field(page)).to_have_value("Move the dentist to friday")
    page.reload()
    expect(pages.field(page)).to_have_value("Move the dentist to friday")
    end_session(page)
    page.reload()
    expect(page.get_by_text("what you typed is still there")).to_be_visible()
    sign_in_again(page, email)
    expect(pages.field(page)).to_have_value("Move the dentist to friday")


def test_a_message_that_the_sessions_end_interrupts_is_kept_until_it_is_sent(page: Page) -> None:
    """Case N2, after Enter."""
    email = pages.register(page)
    page.get_by_role("button", name="Assistant").click()
    end_session(page)
    pages.field(page).fill("Add buy stamps")
    pages.field(page).press("Enter")
    expect(page.get_by_text("what you typed is still there")).to_be_visible()
    sign_in_again(page, email)
    unsent = message(page, "Add buy stamps")
    expect(unsent).to_contain_text("Not sent")
    view(page, "Upcoming")
    page.reload()
    expect(unsent).to_contain_text("Not sent")
    unsent.get_by_role("button", name="Retry").click()
    pages.answered(page)
    expect(unsent.filter(has_text="Not sent")).to_have_count(0)
    view(page, "All tasks")
    expect(row(page, "Buy stamps")).to_have_count(1)


def test_unsaved_changes_without_a_visible_row_are_listed_in_a_line(page: Page) -> None:
    """Case 7, in a view that does not show the rows."""
    pages.register(page)
    page.route(re.compile(r"/api/v1/tasks$"), refuse_to_add)
    view(page, "Upcoming")
    type_task(page, "call mum")
    type_task(page, "feed the cat")
    line = page.get_by_role("region", name="Unsaved changes")
    expect(line).to_contain_text("2 changes not saved")
    page.reload()
    line.get_by_role("button", name="Show").click()
    expect(line).to_contain_text("Add “call mum”")
    expect(line).to_contain_text("Add “feed the cat”")
    page.unroute_all()
    line.get_by_role("button", name="Retry").first.click()
    expect(line).to_contain_text("1 change not saved")
    line.get_by_role("button", name="Discard").click()
    expect(line).to_have_count(0)
    view(page, "All tasks")
    expect(row(page, "call mum")).not_to_have_attribute("data-task-id", re.compile("^pending-"))
    expect(pages.rows(page)).to_have_count(1)


def test_slow_answers_show_what_is_loading_and_what_is_not_saved_and_lose_nothing(page: Page) -> None:
    """Case 30: a database that wakes up."""
    pages.register(page)
    type_task(page, "here before")
    expect(row(page, "here before")).not_to_have_attribute("data-task-id", re.compile("^pending-"))
    session = page.context.new_cdp_session(page)
    delay(session, SLOW)
    names = ["one", "two", "three"]
    for name in names:
        type_task(page, name)
        expect(row(page, name)).to_be_visible(timeout=1_000)
    expect(row(page, "one")).to_contain_text("Saving…", timeout=SLOW)
    view(page, "Overdue")
    expect(page.get_by_role("status", name="Loading tasks")).to_be_visible(timeout=1_000)
    expect(pages.rows(page)).to_have_count(0)
    view(page, "All tasks")
    delay(session, 0)
    page.reload()  # with the rest of them unanswered: one that the server has already is there twice until its answer
    for name in names:
        expect(row(page, name).first).to_be_visible()
    expect(page.locator("[data-task-id^=pending-]")).to_have_count(0)
    expect(page.get_by_text("Saving…")).to_have_count(0)
    page.reload()
    expect(pages.rows(page)).to_have_count(4)
    for name in names:
        expect(row(page, name)).to_have_count(1)
