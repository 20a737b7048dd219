"""The sandbox: what a resident writes is in the inbox at once, and the answer comes back to their phone."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.visiting import Size, Visits

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]


def test_a_text_is_in_the_open_inbox_without_a_reload_and_the_answer_on_the_phone(visits: Visits) -> None:
    page = visits.open("/sandbox")
    page.get_by_role("button", name="Come in as Maria Keller").click()
    inbox = page.frame_locator("iframe[title='The agent’s inbox']")
    expect(inbox.get_by_role("region", name="Tickets")).to_be_visible()
    words = f"The bell of flat 3B rings by itself {uuid4().hex[:6]}"

    page.get_by_role("textbox", name="Text message").fill(words)
    page.get_by_role("button", name="Send text").click()
    row = inbox.get_by_role("list", name="Tickets").get_by_role("listitem").filter(has_text=words)
    expect(row).to_be_visible()

    row.click()
    box = inbox.get_by_role("textbox", name="Reply to Aylin Demir")
    box.fill(f"Tom looks at the bell today. {words[-6:]}")
    box.press("Control+Enter")
    expect(
        page.get_by_role("log", name="Text messages").get_by_text(f"Tom looks at the bell today. {words[-6:]}")
    ).to_be_visible()
    visits.check(page)


def test_a_mail_reaches_an_inbox_that_is_open_elsewhere_without_a_reload(visits: Visits) -> None:
    maria = visits.open("/inbox/all?list=1", who="Maria Keller")
    subject = f"Bench in the yard {uuid4().hex[:6]}"
    sandbox = visits.open("/sandbox")

    sandbox.get_by_role("textbox", name="Subject").fill(subject)
    sandbox.get_by_role("textbox", name="Mail", exact=True).fill("Could we paint the bench in the yard in spring?")
    sandbox.get_by_role("button", name="Send mail").click()
    expect(maria.get_by_text(re.compile(rf"Aylin Demir.*: {subject}"))).to_be_visible()

    maria.get_by_role("button", name="Show 1 new ticket").click()
    expect(maria.get_by_role("link", name=re.compile(re.escape(subject)))).to_be_focused()


def test_on_a_phone_everything_in_the_head_can_be_seen_and_touched(visits: Visits) -> None:
    page = visits.open("/sandbox", size="phone")

    for part in (page.get_by_label("You are"), page.get_by_role("button", name="Change")):
        box = part.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 375
        assert box["height"] >= 44
    expect(page.get_by_text("on the right")).to_have_count(0)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_sandbox_fits_its_window(visits: Visits, size: Size) -> None:
    page = visits.open("/sandbox", size=size, dark=size == "phone")

    expect(page.get_by_role("heading", name="Aylin Demir’s phone")).to_be_visible()
    visits.check(page)
    page.get_by_role("button", name="Come in as Maria Keller").click()
    expect(page.locator("iframe[title='The agent’s inbox']")).to_be_visible()
    visits.check(page)


def test_without_script_a_resident_writes_and_reads(visits: Visits) -> None:
    page = visits.open("/sandbox", script=False)
    words = f"Where do old paint tins go? {uuid4().hex[:6]}"

    page.get_by_role("textbox", name="Text message").fill(words)
    page.get_by_role("button", name="Send text").click()

    expect(page.get_by_role("log", name="Text messages").get_by_text(words)).to_be_visible()


def test_operations_come_in_as_an_agent_to_see_the_inbox(visits: Visits) -> None:
    page = visits.open("/sandbox", who="Tom Ritter")

    expect(page.get_by_text("Whoever you are signed in as does not work in the inbox.")).to_be_visible()
    page.get_by_role("button", name="Come in as Maria Keller").click()

    inbox = page.frame_locator("iframe[title='The agent’s inbox']")
    expect(inbox.get_by_role("region", name="Tickets")).to_be_visible()
