"""One question after a ticket is closed: looked at, answered, thought over."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.public_faces import check_everywhere, somebody
from tests.journeys.visiting import Program, Visits

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]
LINK = re.compile(r"/nps/\S+")


def question_of(program: Program) -> tuple[str, int]:
    """Let somebody write, answer them, close; return the path of the question they are mailed, and the ticket."""
    address, number = somebody(program, f"Visit {uuid4().hex[:6]}", "May I visit you on Monday without an appointment?")
    program.post(f"/tickets/{number}/messages", {"kind": "reply", "text": "Yes, from nine on.", "close": True})
    found = LINK.search(program.sent_to(address, "/nps/"))
    assert found is not None
    return found[0], number


def test_a_score_is_given_on_a_phone_thought_over_and_looking_answers_nothing(visits: Visits, program: Program) -> None:
    path, number = question_of(program)
    page = visits.open(f"{path}?score=9", size="phone")
    expect(page.get_by_label("9", exact=True)).to_be_checked()
    check_everywhere(visits, page)
    page.goto(f"{program.url}{path}")
    expect(page.get_by_label("9", exact=True)).not_to_be_checked()
    expect(page.get_by_text(f"About your request #{number}")).to_be_visible()
    page.get_by_role("textbox", name="Why?").fill("You were quick.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_have_text("Choose a number from 0 to 10.")
    expect(page.get_by_role("textbox", name="Why?")).to_have_value("You were quick.")
    check_everywhere(visits, page)

    page.get_by_label("10", exact=True).check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    check_everywhere(visits, page)

    page.get_by_role("link", name="Change my answer").click()
    expect(page.get_by_text("You can change it within a day.")).to_be_visible()
    expect(page.get_by_label("10", exact=True)).to_be_checked()
    expect(page.get_by_role("textbox", name="Why?")).to_have_value("You were quick.")
    page.get_by_label("6", exact=True).check()
    page.get_by_role("button", name="Send").click()
    page.goto(f"{program.url}{path}")
    expect(page.get_by_label("6", exact=True)).to_be_checked()


def test_without_script_a_score_is_given(visits: Visits, program: Program) -> None:
    path, _number = question_of(program)
    page = visits.open(path, size="phone", script=False)

    page.get_by_label("3", exact=True).check()
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert page.request.get(f"{program.url}/nps/{uuid4()}").status == 404
