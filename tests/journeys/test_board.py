"""Operations at their board: what is to do, done with words on a phone, and never a resident's name or address."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.visiting import Program, Visits

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]

JAN = "Jan Novak <jan.novak@example.com>"
TOM, MARIA = "Tom Ritter", "Maria Keller"
SECRETS = ("Novak", "jan.novak@example.com", "+4930")


def card_in(page: Page, column: str, title: str) -> Locator:
    return page.get_by_role("list", name=column).get_by_role("listitem").filter(has_text=title)


def set_status(page: Page, wanted: str) -> None:
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


def test_a_task_is_done_with_words_on_a_phone_and_the_agent_sees_each_step(visits: Visits, program: Program) -> None:
    title = f"Name plate {uuid4().hex[:6]}"
    number = program.mail(
        title, "Please change my name plate, I am Jan Novak, +49 30 23125 102, jan.novak@example.com.", JAN
    )
    maria = make_task(visits, number, title)
    visits.check(visits.open(f"/tickets/{number}/tasks/new", who=MARIA, size="phone"))

    tom = visits.open("/board", who=TOM, size="phone")
    visits.check(tom)
    card_in(tom, "To do", title).get_by_role("link").click()
    expect(tom.get_by_role("heading", level=1)).to_have_text(title)
    visits.check(tom)
    set_status(tom, "In progress")
    tom.get_by_text("Blocked because…").click()
    blocked = tom.get_by_role("form", name="Blocked because…")
    blocked.get_by_role("button", name="Mark as blocked").click()
    expect(blocked.get_by_role("alert")).to_contain_text("Say what blocks the work")
    visits.check(tom)
    blocked.get_by_role("textbox", name="Blocked because").fill("the plate comes on Friday")
    blocked.get_by_label("Until").fill((datetime.now(UTC).date() + timedelta(days=3)).isoformat())
    blocked.get_by_role("button", name="Mark as blocked").click()

    expect(maria.get_by_text(re.compile(f"{title}: Blocked.*the plate comes on Friday")).first).to_be_attached()
    shown = tom.get_by_role("main").inner_text()
    assert "the plate comes on Friday" in shown
    assert not [each for each in SECRETS if each in shown]
    tom.goto(f"{visits.product.url}/board")
    assert not [each for each in SECRETS if each in tom.get_by_role("main").inner_text()]
    card_in(tom, "Blocked", title).get_by_role("button", name=re.compile("^Move T-")).click()
    tom.get_by_role("button", name="Move to Done").locator("visible=true").click()
    expect(card_in(tom, "Done", title)).to_be_visible()
    expect(maria.get_by_text(re.compile(f"{title}: Done")).first).to_be_attached()
    for forbidden in (f"/tickets/{number}", f"/inbox/all/{number}", "/held", "/metrics"):
        answer = tom.request.get(f"{visits.product.url}{forbidden}")
        assert answer.status == 403
        assert not [each for each in SECRETS if each in answer.text()]


def test_a_card_moves_by_key_and_the_board_shows_one_team(visits: Visits, program: Program) -> None:
    title = f"Viewing {uuid4().hex[:6]}"
    make_task(visits, program.mail(title, "May I see the flat again?", JAN), title)
    page = visits.open("/board", who=TOM)
    visits.check(page)

    card_in(page, "To do", title).get_by_role("link").focus()
    page.keyboard.press("Shift+ArrowRight")

    expect(card_in(page, "Scheduled", title)).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="moved to Scheduled").first).to_be_visible()
    page.get_by_role("combobox", name="Team").select_option(label="Billing")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("team=billing"))
    expect(page.get_by_role("link", name=re.compile(title))).to_have_count(0)
    page.get_by_role("combobox", name="Team").select_option(label="Leasing")
    page.get_by_role("button", name="Show").click()
    card_in(page, "Scheduled", title).get_by_role("link").click()
    expect(page.get_by_text("1 ticket waits for this")).to_be_visible()
    expect(page.get_by_role("textbox", name=re.compile("^Reply"))).to_have_count(0)
    visits.check(page)


def test_without_script_a_task_is_blocked_and_done(visits: Visits, program: Program) -> None:
    title = f"Key box {uuid4().hex[:6]}"
    number = program.mail(title, "The key box does not close.", JAN)
    make_task(visits, number, title)
    page = visits.open("/board", who=TOM, script=False)
    page.get_by_role("link", name=re.compile(title)).click()

    page.get_by_text("Blocked because…").click()
    page.get_by_role("textbox", name="Blocked because").fill("the smith is ill")
    page.get_by_label("Until").fill((datetime.now(UTC).date() + timedelta(days=2)).isoformat())
    page.get_by_role("button", name="Mark as blocked").click()
    expect(page.get_by_text("the smith is ill").first).to_be_visible()
    page.get_by_role("link", name=re.compile(title)).or_(page.get_by_role("heading", name=title)).first.click()
    set_status(page, "Done")
    program.patch(f"/tickets/{number}", {"status": "closed"})
    page.reload()
    expect(page.get_by_role("heading", name="Nobody waits for this")).to_be_visible()

    agent = visits.open("/board", who=MARIA)
    expect(card_in(agent, "Done", title)).to_be_visible()
    visits.check(agent)
