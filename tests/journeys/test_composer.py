"""Writing: drafts, colleagues at the same ticket, the picker, canned replies, mentions, and replies that leave later."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.visiting import Program, Visits, ticket_in

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]

JAN = "Jan Novak <jan.novak@example.com>"
MARIA = "Maria Keller"
JONAS = "Jonas Weber"


def reply_box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Reply to Jan Novak")


def note_box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Note, staff only")


def arrive(program: Program, about: str) -> int:
    return program.mail(f"{about} {uuid4().hex[:6]}", f"A word about the {about.lower()}.", JAN)


def kept(page: Page) -> Locator:
    return page.get_by_role("form", name="Compose").get_by_text("Draft saved")


def test_reply_and_note_come_back_after_a_reload_and_the_row_says_draft(visits: Visits, program: Program) -> None:
    number, other = arrive(program, "Fence"), arrive(program, "Hedge")
    page = visits.open(f"/inbox/all/{number}", who=MARIA)
    page.keyboard.press("r")
    page.keyboard.type("We mend the fence on Monday.")
    expect(kept(page)).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    with page.expect_response(re.compile("/draft")):
        page.keyboard.type("Ask the owner about the gate.")

    page.reload()

    expect(reply_box(page)).to_have_value("We mend the fence on Monday.")
    page.get_by_role("radio", name="Note").check(force=True)
    expect(note_box(page)).to_have_value("Ask the owner about the gate.")
    expect(ticket_in(page, number)).to_have_attribute("aria-label", re.compile("draft"))
    page.goto(f"{visits.product.url}/inbox/all/{other}")
    expect(reply_box(page)).to_have_value("")
    theirs = visits.open(f"/inbox/all/{number}", who=JONAS)
    expect(reply_box(theirs)).to_have_value("")
    expect(ticket_in(theirs, number)).not_to_have_attribute("aria-label", re.compile("draft"))
    visits.check(page)


def test_what_was_sent_is_no_draft_any_more(visits: Visits, program: Program) -> None:
    number = arrive(program, "Roof")
    page = visits.open(f"/inbox/all/{number}", who=MARIA)
    reply_box(page).fill("The roofer comes tomorrow.")
    page.get_by_role("button", name="More send options").click()
    page.get_by_role("button", name="Send and stay").click()
    expect(page.get_by_role("listitem", name=f"Message from {MARIA}")).to_be_visible()

    page.reload()

    expect(reply_box(page)).to_have_value("")
    expect(ticket_in(page, number)).not_to_have_attribute("aria-label", re.compile("draft"))


def test_who_begins_to_answer_takes_the_ticket_and_the_colleague_sees_it(visits: Visits, program: Program) -> None:
    number = arrive(program, "Lift")
    page = visits.open(f"/inbox/all/{number}", who=MARIA)
    theirs = visits.open(f"/inbox/all/{number}", who=JONAS)
    expect(page.get_by_role("status").filter(has_text="Jonas Weber is viewing")).to_be_visible()

    reply_box(theirs).press_sequentially("Let me see.")

    expect(page.get_by_role("status").filter(has_text="Jonas Weber is replying")).to_be_visible(timeout=12_000)
    expect(ticket_in(page, number)).to_have_attribute("aria-label", re.compile("Jonas Weber is replying"))
    expect(theirs.get_by_role("status").filter(has_text=f"#{number} is yours now")).to_be_visible()
    expect(page.get_by_role("button", name="Assignee: Jonas Weber")).to_be_visible()
    visits.check(page)
    theirs.close()
    expect(page.get_by_role("status").filter(has_text="Jonas Weber is replying")).to_have_count(0, timeout=40_000)


def test_an_answer_of_a_colleague_holds_mine(visits: Visits, program: Program) -> None:
    number = arrive(program, "Door")
    page = visits.open(f"/inbox/all/{number}", who=MARIA)
    reply_box(page).fill("We look at the door.")
    program.post(f"/tickets/{number}/messages", {"kind": "reply", "text": "The door is mended today."})
    expect(page.get_by_text("The door is mended today.").last).to_be_visible()

    reply_box(page).press("Control+Enter")

    expect(page.get_by_role("button", name="Send and next")).to_be_visible()
    expect(reply_box(page)).to_have_value("We look at the door.")
    assert all("look at the door" not in (row["body"] or "") for row in program.get("/outbox")["items"])


def test_slash_finds_answers_replies_and_actions_and_escape_leaves_the_letters(
    visits: Visits, program: Program
) -> None:
    number = arrive(program, "Water")
    page = visits.open(f"/inbox/all/{number}", who=MARIA)
    box = reply_box(page)
    picker = page.get_by_role("listbox", name="Insert")

    page.keyboard.press("r")
    page.keyboard.type("/hot")
    expect(picker.get_by_role("option").first).to_be_visible()
    visits.check(page)
    page.keyboard.press("Enter")
    expect(box).to_have_value(re.compile(r"/help/residents/articles/\d+-"))
    box.fill("")
    page.keyboard.type("/photo")
    expect(picker.get_by_role("option", name=re.compile("Photo, please"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(box).to_have_value(re.compile("^Hello Jan Novak,\n\ncould you send us a photo"))
    box.fill("")
    page.keyboard.type("/hot")
    expect(picker).to_be_visible()
    page.keyboard.press("Escape")

    expect(picker).to_be_hidden()
    expect(box).to_have_value("/hot")
    expect(box).to_be_focused()
    box.fill("")
    page.keyboard.type("/snooz")
    expect(picker.get_by_role("option", name=re.compile("Snooze"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("listbox", name="Snooze")).to_be_visible()
    expect(box).to_have_value("")


def test_an_open_placeholder_is_not_sent(visits: Visits, program: Program) -> None:
    number = arrive(program, "Date")
    page = visits.open(f"/inbox/all/{number}", who=MARIA, script=False)
    reply_box(page).fill("We come on {{date}}.")

    page.get_by_role("button", name="Send and next").click()

    expect(page.get_by_role("alert").filter(has_text="Fill in {{date}} first")).to_be_visible()
    expect(reply_box(page)).to_have_value("We come on {{date}}.")


def test_a_colleague_asked_in_a_note_is_told_and_finds_it_in_mentions(visits: Visits, program: Program) -> None:
    number = arrive(program, "Cellar key")
    theirs = visits.open("/inbox/mine", who=JONAS)
    page = visits.open(f"/inbox/all/{number}", who=MARIA)

    page.keyboard.press("n")
    page.keyboard.type("Where is it, @jon")
    expect(page.get_by_role("listbox", name="Insert").get_by_role("option", name=re.compile(JONAS))).to_be_visible()
    page.keyboard.press("Enter")
    expect(note_box(page)).to_have_value("Where is it, @Jonas Weber ")
    page.keyboard.press("Control+Enter")

    told = theirs.get_by_role("status").filter(has_text=f"Maria Keller asks you on #{number}")
    expect(told).to_be_visible()
    visits.check(theirs)
    told.get_by_role("link", name="Look").click()
    theirs.goto(f"{visits.product.url}/inbox/mentions?list=1")
    expect(ticket_in(theirs, number)).to_be_visible()


def test_a_reply_leaves_later_and_can_be_taken_back_until_then(visits: Visits, program: Program) -> None:
    number = arrive(program, "Newsletter")
    page = visits.open(f"/inbox/all/{number}", who=MARIA)
    words = f"It comes every month. {uuid4().hex[:6]}"
    reply_box(page).fill(words)

    page.get_by_role("button", name="More send options").click()
    page.get_by_role("button", name=re.compile("^Send .* 08:00$")).first.click()

    expect(page.get_by_role("status").filter(has_text=re.compile("Goes to Jan Novak .* 08:00"))).to_be_visible()
    page.goto(f"{visits.product.url}/inbox/all/{number}")
    message = page.get_by_role("listitem", name=f"Message from {MARIA}")
    expect(message.get_by_text(re.compile("Goes out .* 08:00"))).to_be_visible()
    message.get_by_role("button", name="Take back").click()
    expect(reply_box(page)).to_have_value(words)


def test_marks_go_around_what_is_chosen_and_leave_as_formatting(visits: Visits, program: Program) -> None:
    number = arrive(program, "Stairs")
    page = visits.open(f"/inbox/all/{number}", who=MARIA)
    box = reply_box(page)
    box.fill("Tom comes at nine.")
    box.evaluate("box => box.setSelectionRange(13, 17)")

    box.press("Control+b")
    expect(box).to_have_value("Tom comes at **nine**.")
    box.evaluate("box => box.setSelectionRange(0, 3)")
    page.get_by_role("button", name="Italic").click()

    expect(box).to_have_value("*Tom* comes at **nine**.")
    page.get_by_role("radio", name="Note").check(force=True)
    expect(page.get_by_role("button", name="Italic")).to_be_hidden()


def test_the_channel_is_switched_a_text_is_counted_and_nobody_is_added_silently(
    visits: Visits, program: Program
) -> None:
    word = uuid4().hex[:6]
    number = arrive(program, "Balcony")
    page = visits.open(f"/inbox/all/{number}", who=MARIA)
    people = page.get_by_role("group", name="Who gets this mail")
    expect(people.get_by_role("checkbox", name="Jan Novak")).to_be_checked()
    expect(people.get_by_role("checkbox")).to_have_count(1)

    page.get_by_role("combobox", name="Send by").select_option("sms")
    expect(people).to_be_hidden()
    reply_box(page).fill(f"It is mended. {word}")
    expect(page.get_by_text("20 characters, 1 SMS")).to_be_visible()
    page.get_by_role("combobox", name="Send by").select_option("email")
    people.get_by_role("textbox", name="Also send to").fill("son@example.com")
    page.get_by_role("button", name="More send options").click()
    page.get_by_role("button", name="Send and stay").click()

    assert word in program.sent_to("son@example.com", word)
    row = next(each for each in program.get("/outbox", limit="100")["items"] if word in (each["body"] or ""))
    assert sorted(row["recipient"].split(", ")) == ["jan.novak@example.com", "son@example.com"]


def test_two_keys_answer_with_an_article_that_anybody_can_open(visits: Visits, program: Program) -> None:
    number = program.mail(
        f"Hot water {uuid4().hex[:6]}",
        "I would like to speak to a person: what can I check when there is no hot water?",
        "Aylin Demir <aylin.demir@example.com>",
    )
    page = visits.open(f"/inbox/all/{number}", who=MARIA)
    box = page.get_by_role("textbox", name="Reply to Aylin Demir")
    expect(page.get_by_role("button", name=re.compile("^Insert: ")).first).to_be_visible()

    page.keyboard.press("i")
    expect(box).to_be_focused()
    expect(box).to_have_value(re.compile(r"Aylin[\s\S]*/help/residents/articles/\d+-"))
    link = re.search(r"http://\S+/help/residents/articles/\S+", box.input_value())
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("status").filter(has_text="Sending to Aylin Demir")).to_be_visible()
    expect(page).not_to_have_url(re.compile(f"/{number}$"))
    assert link is not None
    outside = visits.window().new_page()
    answer = outside.goto(link.group())
    assert answer is not None
    assert answer.status == 200
