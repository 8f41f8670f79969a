"""Days, times and the add field, in a real Chromium through NodePort 30080 and in several zones."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect

from tests.e2e.pages import PASSWORD, answered, register, row, say, sign_in
from tests.support import world

pytestmark = pytest.mark.usefixtures("deployed")

BERLIN = ZoneInfo("Europe/Berlin")
Open = Callable[..., Page]


@pytest.fixture
def browse(chromium: Browser) -> Iterator[Open]:
    """Open a page in a time zone and a language."""
    contexts = []

    def open_page(zone: str = "Europe/Berlin", locale: str = "en-GB", **options: Any) -> Page:
        context = chromium.new_context(locale=locale, timezone_id=zone, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)  # milliseconds; a development server compiles at the first visit
        return page

    yield open_page
    for context in contexts:
        context.close()


class Account:
    """The same account, over HTTP."""

    def __init__(self, email: str) -> None:
        self.email = email
        body = {"email": email, "password": PASSWORD}
        status, session = world.http(f"{world.APP}/api/v1/auth/login", body=body)
        assert status == 200, session
        self._token = session["access_token"]

    def add(self, title: str, **fields: Any) -> dict[str, Any]:
        status, task = world.http(
            f"{world.APP}/api/v1/tasks", body={"title": title, **fields}, token=self._token
        )
        assert status == 201, task
        return dict(task)

    def task(self, title: str) -> dict[str, Any]:
        status, page = world.http(f"{world.APP}/api/v1/tasks?limit=100", token=self._token)
        assert status == 200, page
        return next(dict(task) for task in page["items"] if task["title"] == title)


def instant(day: date, clock: str) -> str:
    """A time in Berlin, in the API's format."""
    there = datetime.combine(day, time.fromisoformat(clock), BERLIN)
    return there.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def today() -> date:
    return datetime.now(BERLIN).date()


def add_field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Add a task")


def add(page: Page, text: str) -> None:
    add_field(page).fill(text)
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        add_field(page).press("Enter")


def marked(page: Page) -> list[str]:
    """The words that the add field highlights."""
    return page.locator("form mark").all_inner_texts()


def open_task(page: Page, title: str) -> None:
    row(page, title).get_by_role("button", name=title, exact=True).click()
    expect(page.get_by_label("Title")).to_have_value(title)  # not the panel of the task before


def test_a_date_is_typed_by_keyboard(browse: Open) -> None:
    """Case 3: a year is one save, a deleted part none, 1830 means 18:30, and an empty date accepts keys."""
    page = browse()
    account = Account(register(page))
    account.add("Typed", due_at=instant(today(), "09:00"), due_zone="Europe/Berlin")
    account.add("Undated")
    page.reload()
    open_task(page, "Typed")
    saves: list[Request] = []
    page.on("request", lambda request: saves.append(request) if request.method == "PATCH" else None)

    day = page.get_by_label("Due date")
    day.focus()
    day.press("ArrowRight")
    day.press("ArrowRight")
    page.keyboard.type("2027", delay=120)
    page.wait_for_timeout(500)
    assert saves == []
    with page.expect_response(lambda answer: answer.request.method == "PATCH" and answer.ok):
        day.press("Enter")
    later = today().replace(year=2027)
    assert account.task("Typed")["due_at"] == instant(later, "09:00")

    day.press("ArrowLeft")
    day.press("Backspace")
    page.get_by_label("Title").focus()
    page.wait_for_timeout(500)
    assert len(saves) == 1
    expect(day).to_have_value(later.isoformat())

    clock = page.get_by_label("Due time")
    clock.focus()
    page.keyboard.type("1830", delay=120)
    with page.expect_response(lambda answer: answer.request.method == "PATCH" and answer.ok):
        page.get_by_label("Title").focus()
    assert account.task("Typed")["due_at"] == instant(later, "18:30")
    assert len(saves) == 2

    open_task(page, "Undated")
    page.get_by_label("Due date").focus()
    page.keyboard.type("12122027", delay=60)
    with page.expect_response(lambda answer: answer.request.method == "PATCH" and answer.ok):
        page.get_by_label("Title").focus()
    assert account.task("Undated")["due_on"] == "2027-12-12"


def test_another_day_keeps_the_time(browse: Open) -> None:
    """Case 9: in the panel, and in bulk for tasks with different times."""
    page = browse()
    account = Account(register(page))
    tomorrow, in_a_week = today() + timedelta(days=1), today() + timedelta(days=7)
    account.add("Seven", due_at=instant(tomorrow, "19:00"))
    account.add("Half past eight", due_at=instant(tomorrow, "20:30"))
    page.reload()
    open_task(page, "Seven")
    with page.expect_response(lambda answer: answer.request.method == "PATCH" and answer.ok):
        page.get_by_role("button", name="In a week").click()
    assert account.task("Seven")["due_at"] == instant(in_a_week, "19:00")
    page.get_by_role("button", name="Close details").click()

    for title in ("Seven", "Half past eight"):
        row(page, title).get_by_role("checkbox", name=f"Select {title}").check()
    page.get_by_role("button", name="Set due date of selected tasks").click()
    page.get_by_role("menuitem", name="Tomorrow").click()
    expect(row(page, "Seven")).to_contain_text("Tomorrow 19:00")
    expect(row(page, "Half past eight")).to_contain_text("Tomorrow 20:30")
    page.wait_for_timeout(2000)
    assert account.task("Seven")["due_at"] == instant(tomorrow, "19:00")
    assert account.task("Half past eight")["due_at"] == instant(tomorrow, "20:30")


def test_a_whole_day_is_the_same_in_every_zone(browse: Open) -> None:
    """Case 10."""
    page = browse("Asia/Tokyo")
    email = register(page)
    account = Account(email)
    year = today().year + 1
    add(page, f"Tax 24 dec {year}")
    task = account.task("Tax")
    assert (task["due_on"], task["due_at"]) == (f"{year}-12-24", None)
    for zone in ("America/New_York", "Europe/Berlin", "Asia/Tokyo"):
        there = browse(zone)
        sign_in(there, email)
        expect(row(there, "Tax").locator("time")).to_have_text(f"24 Dec {year}")
        expect(row(there, "Tax").locator("time")).to_have_attribute("datetime", f"{year}-12-24")


@pytest.mark.parametrize(
    ("locale", "text", "title", "words", "due_on"),
    [
        ("en-GB", "renew passport 24 dec 2027", "renew passport", ["24 dec 2027"], "2027-12-24"),
        ("en-GB", "Pay rent by 31.12.2027", "Pay rent", ["by 31.12.2027"], "2027-12-31"),
        ("en-US", "party 12/24/2027", "party", ["12/24/2027"], "2027-12-24"),
        ("en-GB", "party 24/12/2027", "party", ["24/12/2027"], "2027-12-24"),
        ("en-GB", "Buy 3 marshmallows", "Buy 3 marshmallows", [], None),
        ("en-GB", "Read John 3:16 to kids", "Read John 3:16 to kids", [], None),
        ("en-GB", "water plants every monday", "water plants every monday", [], None),
    ],
)
def test_words_are_marked_and_understood(
    browse: Open, locale: str, text: str, title: str, words: list[str], due_on: str | None
) -> None:
    """Cases 1 and 15; tests/dates/cases.json has the others."""
    page = browse(locale=locale)
    account = Account(register(page))
    add_field(page).fill(text)
    expect(page.locator("form mark")).to_have_count(len(words))
    assert marked(page) == words
    add(page, text)
    assert account.task(title)["due_on"] == due_on


def test_tags_of_every_script(browse: Open) -> None:
    """Case 19."""
    page = browse()
    account = Account(register(page))
    add(page, "रिपोर्ट #काम #ที่บ้าน #ecole\u0301 #🏠")
    assert set(account.task("रिपोर्ट")["tags"]) == {"काम", "ที่บ้าน", "ecol\u00e9", "🏠"}


def test_a_rejected_word_is_rejected_for_its_text(browse: Open) -> None:
    """Case N10."""
    page = browse()
    register(page)
    field = add_field(page)
    field.fill("call tomorrow")
    assert marked(page) == ["tomorrow"]
    page.get_by_role("button", name="Keep “tomorrow” as text").click()
    expect(page.locator("form mark")).to_have_count(0)
    expect(field).to_be_focused()
    field.fill("")
    field.fill("pay rent tomorrow")
    expect(page.locator("form mark")).to_have_text("tomorrow")


def test_the_page_works_in_an_unknown_zone(browse: Open) -> None:
    """Case tz."""
    page = browse("Etc/Unknown")
    account = Account(register(page))
    add(page, "pay rent tomorrow at 9:00")
    expect(row(page, "pay rent")).to_contain_text("Tomorrow 09:00")
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    assert account.task("pay rent")["due_at"] == f"{tomorrow}T09:00:00Z"
    page.reload()
    expect(row(page, "pay rent")).to_be_visible()


def test_a_new_task_stays_on_top_of_many(browse: Open) -> None:
    """Case 4: 120 undated tasks are more than a page of the list."""
    page = browse()
    account = Account(register(page))
    for number in range(120):
        account.add(f"t{number}")
    page.reload()
    add(page, "Call mum")
    page.wait_for_timeout(2000)
    section = page.get_by_role("region", name=re.compile("^No date"))
    expect(section.locator("[data-task-id]").first).to_contain_text("Call mum")


def test_the_time_fits_its_field(browse: Open) -> None:
    """Case N20: with AM and PM too."""
    page = browse(locale="en-US")
    Account(register(page)).add("Early", due_at=instant(today() + timedelta(days=1), "09:00"))
    page.reload()
    open_task(page, "Early")
    room = page.get_by_label("Due time").evaluate(
        "field => { const free = field.cloneNode(); free.style.cssText = 'width: auto; flex: none';"
        " field.after(free); const room = field.offsetWidth - free.offsetWidth; free.remove(); return room }"
    )
    assert room >= 0


def test_the_assistant_moves_a_task_with_its_time(browse: Open) -> None:
    """Case N9, with the stand-in for the language model."""
    page = browse()
    account = Account(register(page))
    account.add("z1", due_at=instant(today() + timedelta(days=1), "11:00"))
    page.reload()
    page.get_by_role("button", name="Assistant").click()
    say(page, "move z1 to friday")
    answered(page)
    friday = today() + timedelta(days=(4 - today().weekday() - 1) % 7 + 1)
    assert account.task("z1")["due_at"] == instant(friday, "11:00")
