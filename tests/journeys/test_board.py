"""Operations at their board: what is to do, done with words on a phone, and never a resident's name or address."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.visiting import Program, Visits
from tests.journeys.working import JAN, MARIA, TOM, card_in, make_task, set_status

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.slow]

SECRETS = ("Novak", "jan.novak@example.com", "+4930")


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


def test_two_keys_hand_a_ticket_over_and_a_block_comes_back_while_the_agent_looks(
    visits: Visits, program: Program
) -> None:
    title = f"Lease copy {uuid4().hex[:6]}"
    number = program.mail(title, "May I have a copy of my lease?", JAN)
    maria = visits.open(f"/inbox/all/{number}", who=MARIA)
    maria.keyboard.press("w")
    maria.wait_for_url(re.compile(r"/tasks/new"))
    maria.get_by_role("textbox", name="What is to be done?").press("Enter")
    person = maria.get_by_role("complementary", name="Person")
    expect(person.get_by_role("link", name=re.compile(r"T-\d+")).first).to_be_visible()

    tom = visits.open("/board?as=list", who=TOM)
    visits.check(tom)
    row = tom.get_by_role("list", name="Tasks").get_by_role("listitem").filter(has_text=title)
    expect(row).to_contain_text("1A")
    row.get_by_role("combobox").select_option(label="Blocked")
    row.get_by_role("button", name=re.compile("^Move")).click()
    blocked = tom.get_by_role("form", name="Blocked because…")
    blocked.get_by_role("textbox", name="Blocked because").fill("part arrives Thursday")
    blocked.get_by_label("Until").fill((datetime.now(UTC).date() + timedelta(days=3)).isoformat())
    blocked.get_by_role("button", name="Mark as blocked").click()

    expect(maria.get_by_text(re.compile("Blocked.*part arrives Thursday")).first).to_be_attached(timeout=5000)
    expect(maria.get_by_role("link", name=re.compile(rf"^{number}, .*blocked"))).to_be_visible()
    tom.goto(f"{visits.product.url}/board")
    card_in(tom, "Blocked", title).get_by_role("link").click()
    tom.get_by_text("Ask customer service…").click()
    ask = tom.get_by_role("form", name="Ask customer service")
    ask.get_by_role("textbox", name="Your question").fill("may we come at nine?")
    ask.get_by_role("button", name="Ask customer service").click()
    expect(maria.get_by_text(re.compile("Operations ask: .*may we come at nine")).first).to_be_attached()
    visits.check(tom)


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
