"""What a person types survives failures, sleep and other devices. In a real Chromium through NodePort 30080.

The case numbers are those of a person's day with the app.
"""

import json
import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.pages import register, row, type_task
from tests.support import world

pytestmark = pytest.mark.usefixtures("deployed")

TASKS = re.compile(r"/api/v1/tasks(/[^/?]+)?$")
PASSWORD = "correct horse battery"


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="en-GB", timezone_id="Europe/Berlin")
    page = context.new_page()
    page.set_default_timeout(30_000)  # milliseconds; a development server compiles at the first visit
    yield page
    context.close()


def elsewhere(page: Page, method: str, path: str, body: object = None) -> Any:
    """Send a request from another device of the same account."""
    token = page.evaluate("JSON.parse(localStorage.getItem('todo.session')).token")
    request = urllib.request.Request(
        f"{world.APP}/api/v1/{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def titles(page: Page) -> list[str]:
    return sorted(task["title"] for task in elsewhere(page, "GET", "tasks?limit=100")["items"])


def saved_id(page: Page, title: str) -> str:
    """The id of a task that the server has confirmed."""
    expect(row(page, title)).not_to_have_attribute("data-task-id", re.compile("^pending-"))
    return row(page, title).get_attribute("data-task-id") or ""


def failing(page: Page, *methods: str) -> Any:
    """Abort every request to tasks with these methods. Returns a function that ends this."""

    def handle(route: Route) -> None:
        if route.request.method in methods:
            route.abort()
        else:
            route.fallback()

    page.route(TASKS, handle)
    return lambda: page.unroute(TASKS, handle)


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_tasks_added_during_an_outage_stay_as_rows_and_are_sent_after_a_reload(page: Page) -> None:
    """Cases 7 and N3."""
    register(page)
    heal = failing(page, "POST")
    names = ["one", "two", "three", "four", "five"]
    for name in names:
        type_task(page, name)
    for name in names:
        expect(row(page, name)).to_be_visible()
    expect(row(page, "one")).to_contain_text("Not saved yet")
    page.reload()
    for name in names:
        expect(row(page, name)).to_be_visible()
    heal()
    expect(page.locator("[data-task-id^=pending-]")).to_have_count(0, timeout=60_000)
    assert titles(page) == sorted(names)


def test_what_the_server_refuses_stays_at_its_row_until_it_is_discarded(page: Page) -> None:
    """Case 7."""
    register(page)
    refusal = {
        "status": 422,
        "content_type": "application/problem+json",
        "body": '{"detail": "Not like this."}',
    }
    page.route(
        TASKS, lambda route: route.fulfill(**refusal) if route.request.method == "POST" else route.fallback()
    )
    type_task(page, "refused")
    expect(row(page, "refused")).to_contain_text("Not saved. Not like this.")
    page.reload()
    expect(row(page, "refused")).to_contain_text("Not saved. Not like this.")
    row(page, "refused").get_by_role("button", name="Discard").click()
    expect(row(page, "refused")).to_have_count(0)


def test_a_task_added_after_sleeping_over_the_sessions_end_is_sent_after_the_login(page: Page) -> None:
    """Case N1: the wall clock jumps, and no timer fires."""
    page.clock.install()
    email = register(page)
    type_task(page, "before the sleep")
    saved_id(page, "before the sleep")
    later = page.evaluate("Date.now()") + 13 * 3600 * 1000
    page.clock.set_system_time(later)
    type_task(page, "after the sleep")
    expect(page.get_by_text("Your session has expired")).to_be_visible()
    sign_in(page, email)
    saved_id(page, "after the sleep")
    assert titles(page) == ["after the sleep", "before the sleep"]


def test_the_sessions_end_is_noticed_when_the_page_wakes_up(page: Page) -> None:
    """Case N1, with no request in between."""
    page.clock.install()
    register(page)
    expect(page.get_by_role("textbox", name="Add a task")).to_be_visible()
    page.clock.set_system_time(page.evaluate("Date.now()") + 13 * 3600 * 1000)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))")
    expect(page.get_by_text("Your session has expired")).to_be_visible()


def test_a_refused_session_loses_no_task(page: Page) -> None:
    """Case N2."""
    email = register(page)
    type_task(page, "first")
    saved_id(page, "first")
    page.evaluate(
        "localStorage.setItem('todo.session',"
        " JSON.stringify({...JSON.parse(localStorage.getItem('todo.session')), token: 'no.longer.valid'}))"
    )
    type_task(page, "second")
    expect(page.get_by_text("what you typed is still there")).to_be_visible()
    sign_in(page, email)
    saved_id(page, "second")
    assert titles(page) == ["first", "second"]


def test_another_account_on_the_same_browser_gets_nothing(page: Page) -> None:
    """Case N2: a waiting change belongs to the account that entered it."""
    register(page)
    heal = failing(page, "POST")
    type_task(page, "secret plan")
    expect(row(page, "secret plan")).to_contain_text("Not saved yet")
    page.evaluate("localStorage.removeItem('todo.session')")
    heal()
    register(page)
    expect(page.get_by_role("textbox", name="Add a task")).to_be_visible()
    expect(page.get_by_text("secret plan")).to_have_count(0)
    type_task(page, "mine")
    saved_id(page, "mine")
    assert titles(page) == ["mine"]


def test_a_conflict_shows_both_texts_and_loses_none(page: Page) -> None:
    """Case 5, with a reload: the draft keeps the version it started from."""
    register(page)
    type_task(page, "contract")
    task_id = saved_id(page, "contract")
    row(page, "contract").get_by_role("button", name="contract", exact=True).click()
    heal = failing(page, "PATCH")
    page.get_by_label("Notes").fill("AAA")
    page.wait_for_timeout(1500)
    elsewhere(page, "PATCH", f"tasks/{task_id}", {"notes": "BBB"})
    heal()
    page.reload()
    choice = page.get_by_role("alert").filter(has_text="also changed on another device")
    expect(choice).to_contain_text("AAA", timeout=60_000)
    expect(choice).to_contain_text("BBB")
    assert elsewhere(page, "GET", f"tasks/{task_id}")["notes"] == "BBB"
    with page.expect_response(lambda answer: answer.request.method == "PATCH" and answer.ok):
        choice.get_by_role("button", name="Keep both").click()
    assert elsewhere(page, "GET", f"tasks/{task_id}")["notes"] == "BBB\n\nAAA"


@pytest.mark.parametrize("way", ["Escape", "Back"])
@pytest.mark.parametrize("width", [390, 1440])
def test_notes_are_saved_whatever_closes_the_panel(page: Page, way: str, width: int) -> None:
    """Case 8."""
    page.set_viewport_size({"width": width, "height": 844})
    register(page)
    type_task(page, "plumber")
    task_id = saved_id(page, "plumber")
    row(page, "plumber").get_by_role("button", name="plumber", exact=True).click()
    page.get_by_label("Notes").click()
    page.keyboard.type("ask for a receipt")
    with page.expect_response(lambda answer: answer.request.method == "PATCH" and answer.ok):
        if way == "Escape":
            page.keyboard.press("Escape")
        else:
            page.go_back()
    assert elsewhere(page, "GET", f"tasks/{task_id}")["notes"] == "ask for a receipt"


def test_tags_of_two_devices_add_up(page: Page) -> None:
    """Case 21."""
    register(page)
    type_task(page, "gloves")
    task_id = saved_id(page, "gloves")
    row(page, "gloves").get_by_role("button", name="gloves", exact=True).click()
    elsewhere(page, "PATCH", f"tasks/{task_id}", {"tags": ["home"]})
    field = page.get_by_role("combobox", name="Tags").or_(page.get_by_role("textbox", name="Tags"))
    field.fill("work")
    with page.expect_response(lambda answer: answer.request.method in {"PATCH", "POST"} and answer.ok):
        field.press("Enter")
    assert sorted(elsewhere(page, "GET", f"tasks/{task_id}")["tags"]) == ["home", "work"]


def test_five_quick_deletions_are_undone_one_by_one(page: Page) -> None:
    """Case 7: only three toasts are shown, but every deletion can be undone."""
    register(page)
    names = ["alpha", "beta", "gamma", "delta", "epsilon"]
    for name in names:
        type_task(page, name)
        saved_id(page, name)
    for name in names:
        row(page, name).hover()
        page.get_by_role("button", name=f"Delete {name}").click()
        expect(row(page, name)).to_have_count(0)
    page.get_by_role("heading", level=1).click()
    for _ in names:
        page.keyboard.press("Control+z")
    for name in names:
        expect(row(page, name)).to_be_visible()
    page.reload()
    for name in names:
        expect(row(page, name)).to_be_visible()


def test_undo_and_redo_restore_exactly_what_was(page: Page) -> None:
    """Case 11: undoing a bulk completion keeps an earlier completion."""
    register(page)
    for name in ("AA", "BB", "CC"):
        type_task(page, name)
    ids = [saved_id(page, name) for name in ("AA", "BB", "CC")]
    elsewhere(page, "PATCH", f"tasks/{ids[2]}", {"completed": True})
    page.reload()
    page.get_by_role("region", name=re.compile("^Completed")).get_by_role("button", expanded=False).click()
    expect(row(page, "CC")).to_be_visible()
    before = [elsewhere(page, "GET", f"tasks/{task_id}")["completed_at"] for task_id in ids]
    for name in ("AA", "BB", "CC"):
        row(page, name).hover()
        page.get_by_role("checkbox", name=f"Select {name}").check()
    bar = page.get_by_role("region", name="Selected tasks")
    with page.expect_response(lambda answer: answer.url.endswith("/bulk") and answer.ok):
        bar.get_by_role("button", name="Complete", exact=True).click()
    page.get_by_role("heading", level=1).click()
    with page.expect_response(lambda answer: answer.url.endswith("/undo") and answer.ok):
        page.keyboard.press("Control+z")
    assert [elsewhere(page, "GET", f"tasks/{task_id}")["completed_at"] for task_id in ids] == before
    with page.expect_response(lambda answer: answer.url.endswith("/undo") and answer.ok):
        page.keyboard.press("Control+Shift+Z")
    assert all(elsewhere(page, "GET", f"tasks/{task_id}")["completed"] for task_id in ids)


def test_another_devices_change_arrives_while_the_page_is_visible(page: Page) -> None:
    """Case N21."""
    register(page)
    type_task(page, "here")
    saved_id(page, "here")
    elsewhere(page, "POST", "tasks", {"title": "from the phone"})
    expect(row(page, "from the phone")).to_be_visible(timeout=40_000)
