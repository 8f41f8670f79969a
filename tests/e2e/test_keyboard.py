"""The keyboard is enough: where the focus goes, input methods, other keyboard layouts."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.pages import add, box, details, field, focus, middle, panel, row, rows, title_of

pytestmark = pytest.mark.usefixtures("deployed")


def test_rows_are_one_stop_with_a_roving_focus(open_page: OpenPage) -> None:
    page = open_page("A", "B", "C", "D")
    title_of(page, "A").focus()
    for key, expected in [("j", "B"), ("ArrowDown", "C"), ("k", "B"), ("End", "D"), ("Home", "A")]:
        page.keyboard.press(key)
        expect(title_of(page, expected)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(row(page, "A").get_by_role("button", name="Rename A")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('[data-task-id]')") is None


@pytest.mark.parametrize("way", ["space on the checkbox", "the row's button", "the panel's button", "key d"])
def test_the_next_row_takes_the_focus_of_one_that_goes(open_page: OpenPage, way: str) -> None:
    page = open_page("A", "B", "C")
    if way == "space on the checkbox":
        row(page, "B").get_by_role("checkbox", name="Complete B").focus()
        page.keyboard.press("Space")
    elif way == "the row's button":
        row(page, "B").get_by_role("button", name="Delete B").focus()
        page.keyboard.press("Enter")
    elif way == "the panel's button":
        title_of(page, "B").click()
        details(page).get_by_role("button", name="Delete").click()
    else:
        title_of(page, "B").focus()
        page.keyboard.press("d")
    expect(rows(page)).to_have_count(2)
    expect(title_of(page, "C")).to_be_focused()


def test_the_last_row_leaves_the_focus_on_the_page(open_page: OpenPage) -> None:
    page = open_page("A")
    title_of(page, "A").focus()
    page.keyboard.press("Delete")
    expect(rows(page)).to_have_count(0)
    page.wait_for_timeout(500)
    assert focus(page) != "BODY"


def test_details_and_bulk_bar_are_one_key_from_a_row_and_lead_back(open_page: OpenPage) -> None:
    page = open_page("A", "B", "C", "D", "E", "F")
    title_of(page, "B").focus()
    page.keyboard.press("Enter")
    expect(details(page).locator(":focus")).to_have_count(1)

    notes = details(page).get_by_role("textbox", name="Notes")
    notes.fill("kept")
    page.keyboard.press("Escape")
    expect(details(page)).to_be_visible()
    expect(notes).to_have_value("kept")
    page.keyboard.press("Escape")
    expect(details(page)).to_have_count(0)
    expect(title_of(page, "B")).to_be_focused()

    page.keyboard.press("x")
    page.keyboard.press("Tab")
    bar = page.get_by_role("region", name="Selected tasks")
    expect(bar.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    expect(title_of(page, "B")).to_be_focused()


def test_bulk_completion_moves_the_focus_to_a_row_that_remains(open_page: OpenPage) -> None:
    page = open_page("A", "B", "C", "D")
    title_of(page, "B").focus()
    for key in ["x", "j", "x", "Tab", "Enter"]:
        page.keyboard.press(key)
    expect(rows(page)).to_have_count(2)
    expect(title_of(page, "D")).to_be_focused()


def test_the_cross_of_a_tag_leaves_the_focus_in_the_panel(open_page: OpenPage) -> None:
    page = open_page()
    add(page, "A", tags=["one", "two"])
    page.reload()
    title_of(page, "A").click()
    for tag in ["one", "two"]:
        details(page).get_by_role("button", name=f"Remove tag {tag}").press("Enter")
        expect(details(page).get_by_role("button", name=f"Remove tag {tag}")).to_have_count(0)
        assert focus(page).startswith("Task details"), focus(page)


def test_an_arrow_key_changes_nothing_in_bulk_before_a_choice_is_confirmed(open_page: OpenPage) -> None:
    page = open_page("A", "B", "C")
    changes: list[str] = []
    page.on("request", lambda request: changes.append(request.url) if "/tasks/bulk" in request.url else None)
    for title in "ABC":
        row(page, title).get_by_role("checkbox", name=f"Select {title}").check()
    for menu in ["Set priority of selected tasks", "Set due date of selected tasks"]:
        page.get_by_role("button", name=menu).focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name=menu)).to_be_focused()
    expect(page.get_by_text("3 selected")).to_be_visible()
    assert changes == []
    page.get_by_role("button", name="Set priority of selected tasks").press("ArrowDown")
    page.keyboard.press("Enter")
    for title in "ABC":
        expect(row(page, title).get_by_text("Urgent")).to_be_visible()


def test_the_bulk_bar_is_centred_on_the_list_and_covers_no_selected_row(open_page: OpenPage) -> None:
    page = open_page(*(f"Task {number:02}" for number in range(12)), viewport={"width": 1280, "height": 600})
    for number in range(12):
        name = f"Task {number:02}"
        row(page, name).get_by_role("checkbox", name=f"Select {name}").check()
        bar = box(page.get_by_role("region", name="Selected tasks"))
        line = box(row(page, name))
        assert line["y"] + line["height"] <= bar["y"] or line["y"] >= bar["y"] + bar["height"], name
    assert abs(middle(bar) - middle(line)) < 2


@pytest.mark.parametrize("mark", [{"isComposing": True}, {"keyCode": 229}], ids=["composing", "Safari"])
def test_keys_of_a_composition_belong_to_the_input_method(open_page: OpenPage, mark: dict[str, Any]) -> None:
    page = open_page("meeting")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method != "GET" else None)

    title_of(page, "meeting").click()
    tags = details(page).get_by_role("combobox", name="Tags")
    press_in(tags, "かい", "Enter", mark)
    expect(tags).to_have_value("かい")
    title = details(page).get_by_role("textbox", name="Title")
    press_in(title, "会議 halfかいぎ", "Escape", mark)
    expect(title).to_have_value("会議 halfかいぎ")
    press_in(details(page).get_by_role("textbox", name="Notes"), "かいぎ", "Escape", mark)
    expect(details(page)).to_be_visible()

    page.get_by_role("button", name="Assistant", exact=True).click()
    press_in(field(page), "かいぎ", "Enter", mark)
    press_in(field(page), "かいぎ", "Escape", mark)
    expect(field(page)).to_have_value("かいぎ")
    assert [url for url in sent if url.endswith("/chat")] == []


def press_in(locator: Locator, text: str, key: str, mark: dict[str, Any]) -> None:
    """Press a key that the input method takes, during a composition."""
    locator.click()
    locator.fill("")
    session = locator.page.context.new_cdp_session(locator.page)
    session.send(
        "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
    )
    locator.evaluate(
        """(element, [key, mark]) => element.dispatchEvent(
            new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...mark }))""",
        [key, mark],
    )
    locator.page.wait_for_timeout(100)


def test_shortcuts_follow_the_place_of_the_key_and_can_be_switched_off(open_page: OpenPage) -> None:
    page = open_page("A")
    add_field = page.get_by_role("textbox", name="Add a task")

    def press(key: str, code: str) -> None:
        page.evaluate("document.activeElement.blur()")
        page.evaluate(
            "([key, code]) => window.dispatchEvent(new KeyboardEvent('keydown', { key, code, cancelable: true }))",
            [key, code],
        )

    press("т", "KeyN")
    expect(add_field).to_be_focused()

    page.get_by_role("button", name="Keyboard shortcuts").click()
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    dialog.get_by_role("checkbox", name=re.compile("Single-character shortcuts")).uncheck()
    dialog.get_by_role("button", name="Close").click()
    page.reload()
    expect(rows(page)).to_have_count(1)
    for key, code in [("n", "KeyN"), ("т", "KeyN"), ("/", "Slash"), ("a", "KeyA"), ("?", "Slash")]:
        press(key, code)
    expect(add_field).not_to_be_focused()
    expect(panel(page)).to_have_count(0)
    expect(dialog).to_have_count(0)
