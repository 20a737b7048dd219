"""Doing things to tickets by keys, by the palette and in bulk, and undoing them."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.visiting import Program, Visits, ticket_in

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]

JAN = "Jan Novak <jan.novak@example.com>"
MARIA = "Maria Keller"


def arrive(program: Program, about: str, text: str = "") -> int:
    return program.mail(f"{about} {uuid4().hex[:6]}", text or f"A word about the {about.lower()}.", JAN)


def undo(page: Page) -> None:
    page.locator("body").press("z")


def test_the_palette_snoozes_until_tomorrow_and_z_wakes(visits: Visits, program: Program) -> None:
    number = arrive(program, "Bench")
    page = visits.open(f"/inbox/all/{number}", who=MARIA)

    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Commands")
    expect(palette.get_by_role("combobox", name="Type a command")).to_be_focused()
    visits.check(page)
    page.keyboard.type("snooz")
    page.keyboard.press("Enter")
    choices = page.get_by_role("listbox", name="Snooze")
    expect(choices).to_be_visible()
    choices.get_by_role("option", name=re.compile("^Tomorrow")).click()

    expect(page.get_by_role("status").filter(has_text=f"Snoozed #{number} until")).to_be_visible()
    assert program.get(f"/tickets/{number}")["snooze_until"] is not None
    theirs = visits.open("/inbox/snoozed?list=1", who=MARIA)
    expect(ticket_in(theirs, number)).to_be_visible()
    undo(page)
    expect(page).to_have_url(re.compile(f"/{number}$"))
    assert program.get(f"/tickets/{number}")["snooze_until"] is None


def test_s_and_a_number_snooze_until_they_answer_and_an_answer_wakes(visits: Visits, program: Program) -> None:
    key = uuid4().hex
    number = program.mail(f"Swing {key[:6]}", "May we hang a swing?", JAN, message_id=f"{key}@example.com")
    page = visits.open(f"/inbox/all/{number}", who=MARIA)

    page.keyboard.press("s")
    option = page.get_by_role("option", name="Until they answer")
    expect(option).to_be_visible()
    option.press("Enter")
    expect(page.get_by_role("status").filter(has_text="until they answer")).to_be_visible()
    asleep = program.get(f"/tickets/{number}")["snooze_until"]
    program.mail(f"Re: Swing {key[:6]}", "A small one.", JAN, in_reply_to=f"{key}@example.com")

    assert asleep is not None
    assert program.get(f"/tickets/{number}")["snooze_until"] is None


def test_a_wrong_queue_is_corrected_by_one_key_and_undone_by_another(visits: Visits, program: Program) -> None:
    page = visits.open("/inbox/triage", who=MARIA)
    bar = page.get_by_role("region", name="Suggested queue")
    expect(bar.get_by_role("button").nth(1)).to_be_visible()
    wanted = (bar.get_by_role("button").nth(1).get_attribute("aria-label") or "").removeprefix("Change to ")
    before = page.get_by_role("button", name=re.compile("^Queue: ")).get_attribute("aria-label") or ""

    page.keyboard.press("2")

    expect(page.get_by_role("button", name=f"Queue: {wanted}")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text=f"Moved to {wanted}")).to_be_visible()
    undo(page)
    expect(page.get_by_role("button", name=before)).to_be_visible()
    expect(bar).to_be_visible()


def test_closing_goes_on_and_z_opens_again(visits: Visits, program: Program) -> None:
    number = arrive(program, "Letter box")
    page = visits.open(f"/inbox/all/{number}", who=MARIA)

    page.keyboard.press("e")
    expect(page.get_by_role("status").filter(has_text=f"Closed #{number}")).to_be_visible()
    closed = program.get(f"/tickets/{number}")["status"]
    undo(page)

    expect(page).to_have_url(re.compile(f"/{number}$"))
    assert (closed, program.get(f"/tickets/{number}")["status"]) == ("closed", "new")
