"""Before any sign-in: the doors, and a report from anybody with a photo."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.public_faces import check_everywhere, is_shown, photo
from tests.journeys.running import wait_for
from tests.journeys.visiting import Program, Visits

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]

MARIA = "Maria Keller"
DOORS = {
    "I live or own here": "/portal/sign-in",
    "Customer service": "/login?next=/inbox",
    "Operations": "/login?next=/board",
}


def test_the_first_page_has_a_door_for_everybody_and_the_sandbox(visits: Visits) -> None:
    page = visits.open("/", size="phone")
    check_everywhere(visits, page)
    for door, place in DOORS.items():
        page.get_by_role("link", name=door).click()
        expect(page).to_have_url(f"{visits.product.url}{place}")
        check_everywhere(visits, page)
        page.go_back()
    expect(page.get_by_text("Try this: text “no hot water”")).to_be_visible()

    page.get_by_role("link", name="Open the sandbox").click()

    expect(page.get_by_role("textbox", name="Text message")).to_be_visible()


def test_a_report_is_refused_in_words_and_then_reaches_the_inbox_with_its_photo(
    visits: Visits, program: Program
) -> None:
    mark = uuid4().hex[:6]
    page = visits.open("/", size="phone")
    page.get_by_role("link", name="Report something without signing in").click()
    expect(page.get_by_text("Leave and call 112")).to_be_visible()
    expect(page.get_by_text("Up to 30 photos, short videos or PDF files, 35 MB together.")).to_be_visible()
    check_everywhere(visits, page)
    alert, send = page.get_by_role("alert"), page.get_by_role("button", name="Send")

    send.click()
    expect(alert).to_be_focused()
    expect(alert.get_by_role("link")).to_have_text(
        [
            "Tell us what happened and where, or add a photo.",
            "Give an email address or a phone number, so that we can answer.",
        ]
    )
    check_everywhere(visits, page)
    alert.get_by_role("link", name="Tell us what happened").click()
    words = f"The handrail on the second floor is loose {mark}"
    page.get_by_role("textbox", name="What happened, and where?").fill(words)
    page.get_by_role("textbox", name="Email").fill("mira.olsen")
    page.get_by_role("textbox", name="Phone").fill("at the door")
    send.click()
    expect(alert).to_contain_text("Email address: write it like")
    expect(alert).to_contain_text("Phone number: write it with its country code")
    expect(page.get_by_role("textbox", name="What happened, and where?")).to_have_value(words)

    page.get_by_role("textbox", name="Email").fill(f"mira.{mark}@example.com")
    page.get_by_role("textbox", name="Phone").fill("")
    page.get_by_role("textbox", name="Your name").fill("Mira Olsen")
    page.get_by_role("textbox", name="Your home").fill("Lindenhof 12, 3B")
    page.get_by_label("Photos or files").set_input_files([photo("rail.jpg")])
    expect(page.get_by_text(re.compile(r"^1 file, "))).to_be_visible()
    send.click()
    expect(page.get_by_role("heading", name="We have your message")).to_be_visible()
    check_everywhere(visits, page)

    number = wait_for(lambda: ticket_of(program, mark), "The ticket of the report")
    inbox = visits.open(f"/inbox/all/{number}", who=MARIA)
    message = inbox.get_by_role("listitem", name="Message from Mira Olsen")
    expect(message).to_contain_text(words)
    assert is_shown(message.get_by_role("img", name="rail.jpg"))


def test_without_script_a_stranger_reports_and_reads_what_is_missing(visits: Visits, program: Program) -> None:
    mark = uuid4().hex[:6]
    page = visits.open("/report?subject=Bench", size="phone", script=False)
    page.get_by_role("textbox", name="What happened, and where?").fill(f"The bench at the gate is broken {mark}")
    page.get_by_role("button", name="Send").click()
    expect(page).to_have_title(re.compile("^\\s*Error:"))
    expect(page.get_by_role("textbox", name="In a few words")).to_have_value("Bench")

    page.get_by_role("textbox", name="Phone").fill("+49 30 23125 987")
    page.get_by_label("Photos or files").set_input_files([photo("bench.jpg", (800, 600))])
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", name="We have your message")).to_be_visible()
    number = wait_for(lambda: ticket_of(program, mark), "The ticket of the report")
    messages = program.get(f"/tickets/{number}/messages")["items"]
    assert [file["name"] for file in messages[0]["attachments"]] == ["bench.jpg"]


def ticket_of(program: Program, words: str) -> int | None:
    """Return the ticket some words are on."""
    found = program.get("/tickets", q=words)["items"]
    return found[0]["number"] if found else None
