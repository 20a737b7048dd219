"""A day's small things: work that waits at once, who one speaks with, views of one's own, and being told of what concerns one."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.visiting import Program, Size, Visits, ticket_in

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]

JAN = "Jan Novak <jan.novak@example.com>"
MARIA, JONAS = "Maria Keller", "Jonas Weber"


def tickets_of(page: Page, name: str) -> Page:
    """Open the first ticket of somebody in the list."""
    rows = page.get_by_role("list", name="Tickets").get_by_role("link", name=re.compile(rf"^\d+, (\w+, )?{name}"))
    rows.first.click()
    return page


def test_who_comes_in_finds_the_most_urgent_ticket_open(visits: Visits) -> None:
    page = visits.window(key=visits.key_of(MARIA)).new_page()

    page.goto(f"{visits.product.url}/inbox")

    expect(page).to_have_url(re.compile(r"/inbox/"))
    rows = page.get_by_role("region", name="Tickets").get_by_role("listitem")
    first = rows.first.get_by_role("link")
    expect(first).to_have_attribute("aria-current", "true")
    assert rows.count() >= 10
    heading = page.get_by_role("region", name="Conversation").get_by_role("heading", level=1)
    subject = heading.inner_text()
    assert subject
    assert subject in (first.get_attribute("aria-label") or "")


def test_the_sheet_of_keys_closes_by_escape_and_gives_the_focus_back(visits: Visits) -> None:
    page = visits.open("/inbox/mine", who=MARIA)
    second = page.get_by_role("list", name="Tickets").get_by_role("link").nth(1)
    second.focus()

    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_be_visible()
    entries = sheet.get_by_role("listitem").count()
    page.keyboard.press("Escape")

    expect(sheet).to_be_hidden()
    expect(second).to_be_focused()
    assert entries >= 25


def test_the_panel_says_who_one_speaks_with(visits: Visits) -> None:
    page = tickets_of(visits.open("/inbox/mine?list=1", who=MARIA), "Aylin Demir")
    person = page.get_by_role("complementary", name="Person")

    expect(person.get_by_role("heading", name="Home")).to_be_visible()
    for words in (r"Lindenhof 12, 3B", r"→", r"€[\d,.]+", r"€0\.00", r"speaks English", r"texts"):
        expect(person.get_by_text(re.compile(words)).first).to_be_visible()
    for heading in ("Lease", "Balance", "Open work", "Earlier"):
        expect(person.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    expect(person.get_by_role("link", name=re.compile(r"^T-\d+ ")).first).to_be_visible()
    expect(person.locator(".person-head .chip").first).to_be_visible()
    earlier = person.locator(".panel-section", has=page.get_by_role("heading", name="Earlier", exact=True))
    expect(earlier.get_by_role("link").first).to_be_visible()
    visits.check(page)

    tickets_of(page, "Jan Novak")

    expect(person.get_by_text(re.compile(r"€320\.00 owed"))).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_view_is_narrowed_by_keys_and_kept_on_a_desk(visits: Visits, program: Program, script: bool) -> None:
    word = uuid4().hex[:6]
    number = program.mail(f"Cellar {word}", "The cellar is wet.", JAN)
    program.patch(f"/tickets/{number}", {"tags": [f"wet{word}"], "priority": "high"})
    page = visits.open(f"/inbox/all?list=1&tag=wet{word}", who=MARIA, script=script)

    if script:
        page.keyboard.press("f")
        expect(page.get_by_role("combobox", name="Status")).to_be_focused()
    else:
        page.get_by_role("button", name="Filter").click()
    page.get_by_role("combobox", name="Priority").select_option(label="High")
    page.get_by_role("combobox", name="Priority").press("Tab")
    page.get_by_role("form", name="Filter All").get_by_role("button", name="Show").press("Enter")
    expect(page).to_have_url(re.compile(rf"/inbox/all\?priority=high&tag=wet{word}$"))
    expect(ticket_in(page, number)).to_be_visible()
    page.get_by_role("link", name="Keep this view").click()
    page.get_by_role("textbox", name="Name").fill(f"Wet {word}")
    page.get_by_role("button", name="Keep the view").click()

    kept = page.get_by_role("navigation", name="Views").get_by_role("link", name=re.compile(f"^Wet {word} 1$"))
    expect(kept).to_have_attribute("aria-current", "page")
    if script:
        visits.check(page)
    page.get_by_role("link", name="Change this view").click()
    page.get_by_role("button", name="Remove the view").click()
    expect(page.get_by_role("status").filter(has_text=f"Wet {word} is removed")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_list_is_narrowed_on_a_phone(visits: Visits, script: bool) -> None:
    page = visits.open("/inbox/all?list=1", who=MARIA, size="phone", script=script)

    page.get_by_role("button", name="Filter").click()
    if script:
        visits.check(page)
    page.get_by_role("combobox", name="Queue").select_option(label="Billing")
    page.get_by_role("button", name="Show").click()

    expect(page).to_have_url(re.compile(r"queue=billing"))
    expect(page.get_by_role("link", name="Remove Billing")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_misspelt_name_is_found_and_what_was_said_is_marked(visits: Visits, program: Program, size: Size) -> None:
    word = f"periwinkle{uuid4().hex[:6]}"
    number = program.mail("Flowers in the yard", f"Good morning. May I plant {word} in the yard?", JAN)
    page = visits.open("/inbox/mine", who=MARIA, size=size)
    box = page.get_by_role("searchbox", name="Search tickets")

    box.fill(f"from:novak is:open {word}")
    box.press("Enter")
    expect(ticket_in(page, number).locator("mark").filter(has_text=word)).to_be_visible()
    visits.check(page)
    box.fill("Jan Novack")
    box.press("Enter")

    expect(page.get_by_text("these are spelt nearly like it")).to_be_visible()
    expect(ticket_in(page, number)).to_be_visible()
    visits.check(page)


def test_who_is_given_a_ticket_is_told_at_once_and_the_bell_is_empty_when_they_have_looked(
    visits: Visits, program: Program
) -> None:
    number = program.mail(f"Attic {uuid4().hex[:6]}", "The attic door is stuck.", JAN)
    theirs = visits.open("/inbox/closed?list=1", who=JONAS)
    page = visits.open(f"/inbox/all/{number}", who=MARIA)

    page.get_by_role("button", name=re.compile("^Assignee: ")).click()
    page.get_by_role("option", name=JONAS).click()

    told = theirs.get_by_role("status").filter(has_text=f"Maria Keller gave you #{number}")
    expect(told).to_be_visible()
    bell = theirs.get_by_role("link", name=re.compile("^News .*new$"))
    expect(bell).to_be_visible()
    bell.click()
    log = theirs.get_by_role("list", name="Notifications")
    expect(log.get_by_role("listitem").first).to_contain_text("Maria Keller gave it to you")
    visits.check(theirs)
    log.get_by_role("link", name=re.compile(rf"^#{number} ")).click()
    expect(theirs.get_by_role("region", name="Conversation").get_by_role("heading", level=1)).to_be_visible()
    theirs.goto(f"{visits.product.url}/me/notifications")
    item = theirs.get_by_role("list", name="Notifications").get_by_role("listitem").filter(has_text=f"#{number}")
    expect(item).to_be_visible()
    expect(item.get_by_text("New:")).to_have_count(0)
