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


def test_many_are_chosen_by_keys_and_changed_at_once(visits: Visits, program: Program) -> None:
    word = f"outage{uuid4().hex[:6]}"
    numbers = [arrive(program, "Water", f"The water is off, {word}.") for _ in range(3)]
    page = visits.open("/inbox/all?list=1", who=MARIA)
    for number in numbers:
        page.get_by_role("checkbox", name=re.compile(rf"^Choose {number}, ")).check(force=True)
    expect(page.get_by_text("3 chosen")).to_be_visible()
    visits.check(page)

    page.get_by_role("combobox", name="Do to all chosen").select_option(label="Maintenance")
    page.get_by_role("button", name="Do it").click()

    expect(page.get_by_role("status").filter(has_text="3 tickets changed")).to_be_visible()
    assert {program.get(f"/tickets/{each}")["queue"] for each in numbers} == {"maintenance"}
    undo(page)
    expect(page.get_by_role("list", name="Tickets").first).to_be_visible()
    page.wait_for_url(re.compile("/inbox/all"))


def test_reply_to_all_sends_separate_replies_and_names_who_got_none(visits: Visits, program: Program) -> None:
    word = uuid4().hex[:6]
    jan = arrive(program, "Power", "No power here.")
    omar = program.mail(f"Power {word}", "No power here either.", "Omar Haddad <omar.haddad@example.com>")
    page = visits.open("/inbox/all?list=1", who=MARIA, script=False)
    for number in (jan, omar):
        page.get_by_role("checkbox", name=re.compile(rf"^Choose {number}, ")).check(force=True)

    page.get_by_role("button", name="Reply to all").click()
    page.get_by_role("textbox", name="Your words").fill(f"Hello {{{{name}}}}, it is back at noon. {word}")
    page.get_by_role("button", name="Look first").click()
    expect(page.get_by_role("cell", name=f"Hello Omar Haddad, it is back at noon. {word}")).to_be_visible()
    page.get_by_role("button", name="Send them").click()

    expect(page.get_by_role("status").filter(has_text="2 separate replies leave")).to_be_visible()
    assert "Hello Jan Novak" in program.sent_to("jan.novak@", word)
    assert "Hello Omar Haddad" in program.sent_to("omar.haddad@", word)


def test_a_merge_leads_from_the_old_number_and_can_be_undone(visits: Visits, program: Program) -> None:
    first, second = arrive(program, "Garage"), arrive(program, "Garage door")
    page = visits.open(f"/inbox/all/{second}", who=MARIA)

    page.keyboard.press("l")
    page.get_by_role("radio", name=re.compile(f"^#{first} ")).check()
    visits.check(page)
    page.get_by_role("button", name="Merge").click()

    expect(page).to_have_url(re.compile(f"/{first}$"))
    expect(page.get_by_role("listitem", name="Message from Jan Novak")).to_have_count(2)
    page.goto(f"{visits.product.url}/tickets/{second}")
    expect(page).to_have_url(re.compile(f"/{first}$"))
    expect(page.get_by_text(f"#{second} was merged into #{first}")).to_be_visible()


def test_a_call_is_written_down_with_two_fields(visits: Visits, program: Program) -> None:
    page = visits.open("/inbox/mine", who=MARIA)
    word = uuid4().hex[:6]

    page.keyboard.press("c")
    expect(page.get_by_role("textbox", name="Who called?")).to_be_focused()
    visits.check(page)
    page.keyboard.type("1a park 3 novak")
    page.get_by_role("textbox", name="What was it about?").fill(f"Asks for the second cellar key {word}.")
    page.get_by_role("button", name="Write it down").click()

    expect(page.get_by_role("heading", level=1, name=re.compile(word))).to_be_visible()
    expect(page.get_by_role("listitem", name="Message from Jan Novak")).to_contain_text("phone")
    expect(page.get_by_role("textbox", name="Reply to Jan Novak")).to_be_visible()


def test_somebody_is_written_to_first_without_script(visits: Visits, program: Program) -> None:
    word = uuid4().hex[:6]
    page = visits.open("/tickets/new?channel=email", who=MARIA, script=False)

    page.get_by_role("textbox", name="To whom?").fill("jan.novak@example.com")
    page.get_by_role("textbox", name=re.compile("^Subject")).fill("Your cellar key")
    page.get_by_role("textbox", name="Your words").fill(f"Dear Mr Novak, it is ready. {word}")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", level=1, name="Your cellar key")).to_be_visible()
    expect(page.get_by_role("button", name="Status: Waiting for tenant")).to_be_visible()
    assert "it is ready" in program.sent_to("jan.novak@", word)


def test_spam_goes_to_quarantine_by_one_key_and_comes_back(visits: Visits, program: Program) -> None:
    sender = f"lamps{uuid4().hex[:6]}@example.net"
    number = program.mail("Cheap lamps", "Buy our lamps today.", f"Lamps <{sender}>")
    page = visits.open(f"/inbox/all/{number}", who=MARIA)

    page.keyboard.press("!")
    expect(page.get_by_role("status").filter(has_text=f"{sender} is blocked")).to_be_visible()
    page.goto(f"{visits.product.url}/inbox/quarantine/{number}")
    expect(page.get_by_text("In quarantine: its sender is blocked.")).to_be_visible()
    visits.check(page)
    page.get_by_role("button", name="Release").click()

    expect(page.get_by_role("status").filter(has_text="its sender is heard again")).to_be_visible()
    expect(ticket_in(page, number)).to_be_visible()


def test_tags_are_changed_by_a_key(visits: Visits, program: Program) -> None:
    number = arrive(program, "Terrace")
    page = visits.open(f"/inbox/all/{number}", who=MARIA)

    page.keyboard.press("t")
    field = page.get_by_role("textbox", name="Tags, with commas between")
    expect(field).to_be_focused()
    field.fill("heat, VIP")
    field.press("Enter")

    expect(page.get_by_role("status").filter(has_text="Tags: VIP, heat")).to_be_visible()
    assert sorted(program.get(f"/tickets/{number}")["tags"]) == ["VIP", "heat"]


def test_a_fee_is_waived_from_the_palette(visits: Visits, program: Program) -> None:
    number = arrive(program, "Late fee")
    page = visits.open(f"/inbox/all/{number}", who=MARIA)

    page.keyboard.press("Control+k")
    page.keyboard.type("waive")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="How much?").fill("20")
    visits.check(page)
    page.get_by_role("button", name="Promise it").click()

    expect(page.get_by_role("status").filter(has_text="Promised, and the task is made")).to_be_visible()
    expect(page.get_by_role("listitem", name=f"Message from {MARIA}")).to_contain_text("we have waived the late fee")
    expect(page.get_by_role("complementary", name="Person")).to_contain_text("Waive: the late fee")
