"""What journeys of operations begin with: a task of a ticket, its card on the board, its status."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.visiting import Visits

JAN = "Jan Novak <jan.novak@example.com>"
TOM, MARIA = "Tom Ritter", "Maria Keller"


def card_in(page: Page, column: str, title: str) -> Locator:
    """Return the card of a task in a column of the board."""
    return page.get_by_role("list", name=column).get_by_role("listitem").filter(has_text=title)


def set_status(page: Page, wanted: str) -> None:
    """Choose another status on a task's page."""
    page.get_by_role("button", name=re.compile("^Status: ")).click()
    page.get_by_role("option", name=wanted).click()
    expect(page.get_by_role("button", name=f"Status: {wanted}")).to_be_visible()


def make_task(visits: Visits, number: int, title: str) -> Page:
    """Hand a ticket to operations, as an agent does, and return the page where the ticket stays open."""
    page = visits.open(f"/inbox/all/{number}", who=MARIA)
    page.keyboard.press("w")
    page.wait_for_url(re.compile(r"/tasks/new"))
    visits.check(page)
    page.get_by_role("textbox", name="What is to be done?").fill("")
    page.get_by_role("button", name="Make the task").click()
    expect(page.get_by_role("alert", name="There is a problem")).to_be_visible()
    page.get_by_role("textbox", name="What is to be done?").fill(title)
    page.get_by_role("combobox", name="Team").select_option(label="Leasing")
    page.get_by_role("button", name="Make the task").click()
    expect(page.get_by_role("complementary", name="Person").get_by_text(title)).to_be_visible()
    return page
