"""Accessibility: side panels, slow views, phones, zoom, forced colours, and axe's findings."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.pages import add, box, details, field, focus, panel, row, rows, title_of
from tests.support import world

pytestmark = pytest.mark.usefixtures("deployed")

PHONE = {"viewport": {"width": 390, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.mark.parametrize("width", [1024, 1440])
def test_details_and_assistant_are_never_open_unseen(open_page: OpenPage, width: int) -> None:
    page = open_page("A", "B", viewport={"width": width, "height": 800})
    title_of(page, "A").click()
    expect(details(page)).to_be_visible()
    page.keyboard.press("a")
    expect(field(page)).to_be_focused()
    page.get_by_role("tab", name="Task details").click()
    expect(details(page).get_by_role("textbox", name="Title")).to_have_value("A")
    page.get_by_role("button", name="Assistant", exact=True).click()
    expect(panel(page)).to_be_visible()
    title_of(page, "B").click()
    expect(details(page).get_by_role("textbox", name="Title")).to_have_value("B")
    page.get_by_role("tab", name="Assistant").click()
    expect(panel(page)).to_be_visible()


def test_details_and_assistant_stand_side_by_side_where_there_is_room(open_page: OpenPage) -> None:
    page = open_page("A", viewport={"width": 1700, "height": 800})
    title_of(page, "A").click()
    page.keyboard.press("a")
    expect(details(page)).to_be_visible()
    expect(panel(page)).to_be_visible()
    expect(page.get_by_role("tab")).to_have_count(0)


def test_one_step_back_leads_to_the_list_however_many_tasks_were_opened(open_page: OpenPage) -> None:
    page = open_page("A", "B", "C")
    for title in "ABC":
        title_of(page, title).click()
        expect(details(page).get_by_role("textbox", name="Title")).to_have_value(title)
    page.go_back()
    expect(details(page)).to_have_count(0)
    expect(rows(page)).to_have_count(3)
    assert focus(page) != "BODY"


def test_a_slow_view_shows_that_it_loads_and_no_rows_of_the_last_one(open_page: OpenPage) -> None:
    page = open_page("A", "B")

    def late(route: Route) -> None:
        page.wait_for_timeout(1500)
        route.continue_()

    page.route("**/api/v1/tasks?*", late)
    page.get_by_role("button", name="Overdue").click()
    expect(page.get_by_role("heading", name="Overdue")).to_be_visible()
    expect(page.get_by_role("status", name="Loading tasks")).to_have_attribute("aria-busy", "true")
    expect(rows(page)).to_have_count(0)
    expect(page.get_by_text("No task matches")).to_be_visible()


def test_a_tap_anywhere_on_a_row_opens_the_task_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    add(page, "A", tags=["home"])
    page.reload()
    for where in ["right edge", "tag"]:
        line = row(page, "A")
        if where == "tag":
            line.get_by_text("#home").tap()
        else:
            place = box(line)
            page.touchscreen.tap(place["x"] + place["width"] - 12, place["y"] + place["height"] / 2)
        sheet = page.get_by_role("dialog", name="Task details")
        expect(sheet).to_be_visible()
        sheet.get_by_role("button", name="Close details").tap()
        expect(sheet).to_have_count(0)
        expect(title_of(page, "A")).to_be_focused()


def test_fields_on_a_phone_have_a_size_that_safari_does_not_zoom_into(open_page: OpenPage) -> None:
    page = open_page("A", **PHONE)
    sizes = """() => [...document.querySelectorAll("input:not([type=checkbox], [type=radio]), textarea, select")]
        .map((field) => [field.ariaLabel ?? field.id, parseFloat(getComputedStyle(field).fontSize)])"""
    page.get_by_role("button", name="Filter and sort").tap()
    found = page.evaluate(sizes)
    title_of(page, "A").tap()
    page.get_by_role("dialog", name="Task details").wait_for()
    found += page.evaluate(sizes)
    page.get_by_role("button", name="Close details").tap()
    page.get_by_role("button", name="Assistant", exact=True).tap()
    page.get_by_role("dialog", name="Assistant").wait_for()
    found += page.evaluate(sizes)
    page.goto(f"{world.APP}/login")
    assert len(found) > 8
    assert [each for each in found if each[1] < 16] == []


def test_forced_colours_show_what_is_chosen(open_page: OpenPage) -> None:
    page = open_page("A", forced_colors="active")
    title_of(page, "A").click()
    groups = {
        "view": page.get_by_role("navigation", name="Views").get_by_role("button"),
        "theme": page.get_by_role("group", name="Theme").locator("label"),
        "priority": details(page).get_by_role("group", name="Priority").locator("label"),
    }
    for name, choices in groups.items():
        backgrounds = choices.evaluate_all("all => all.map((each) => getComputedStyle(each).backgroundColor)")
        counts = sorted(backgrounds.count(colour) for colour in set(backgrounds))
        assert counts == [1, len(backgrounds) - 1], (name, backgrounds)


@pytest.mark.parametrize("width", [640, 320], ids=["200 %", "400 %"])
def test_zoom_needs_no_sideways_scrolling(open_page: OpenPage, width: int) -> None:
    """Widths in CSS pixels of a 1280-pixel window at this zoom."""
    page = open_page("A", viewport={"width": width, "height": width * 4 // 5})
    too_wide = "(element) => element.scrollWidth > element.clientWidth"
    assert not page.locator("html").evaluate(too_wide)
    title_of(page, "A").click()
    sheet = page.get_by_role("dialog", name="Task details")
    assert not sheet.evaluate(too_wide)
    for label in ["Due date", "Due time"]:
        assert not sheet.get_by_label(label).evaluate(too_wide), label
    sheet.get_by_role("button", name="Delete").scroll_into_view_if_needed()
    expect(sheet.get_by_role("button", name="Delete")).to_be_in_viewport()


def test_operators_words_stand_behind_a_button(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name="Assistant", exact=True).click()
    expect(field(page)).to_be_visible()
    words = re.compile(r"GROQ_API_KEY|tilt down|version|todo-(backend|frontend)-")
    assert words.search(page.locator("body").inner_text()) is None
    page.get_by_role("contentinfo").locator("summary").click()
    expect(page.get_by_role("contentinfo")).to_contain_text("Answered by")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page: OpenPage, scheme: str) -> None:
    page = open_page("A", "B", color_scheme=scheme, viewport={"width": 1280, "height": 800})
    found = {"list": violations(page)}
    row(page, "A").get_by_role("checkbox", name="Select A").check()
    page.get_by_role("button", name="Set priority of selected tasks").click()
    found["bulk bar"] = violations(page)
    page.keyboard.press("Escape")
    title_of(page, "B").click()
    found["details"] = violations(page)
    page.keyboard.press("a")
    expect(field(page)).to_be_focused()
    found["tabs and assistant"] = violations(page)
    page.get_by_role("button", name="Keyboard shortcuts").click()
    found["shortcuts"] = violations(page)
    assert found == {state: [] for state in found}


def violations(page: Page) -> list[str]:
    page.wait_for_timeout(400)  # colours and panels fade in
    response = Axe().run(page).response
    return [f"{each['id']}: {json.dumps(each['nodes'][0]['target'])}" for each in response["violations"]]
