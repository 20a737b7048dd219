"""The red bar over HTTP: who sees it, and what its buttons do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Actor, Role
from hub.models import Alarm, Company
from hub.services.emergencies.alarms import climb
from hub.services.triage.triage import triage
from tests.factories import make_agent, make_company, make_contact, make_lease, make_step, make_unit
from tests.services.paging import FLOOD, INES, TOM, pages
from tests.services.steps import take_in, text_message, thinking
from tests.web.visitors import sign_in, token_on

AYLIN = "+12025550123"


@pytest.fixture
def company(desk: Desk) -> Company:
    company = make_company(desk, number="+12025550100")
    make_step(desk, company, "Tom Ritter", TOM)
    make_step(desk, company, "Ines Vogt", INES)
    aylin = make_contact(desk, company, phone=AYLIN, role="resident")
    make_lease(desk, make_unit(desk, company), aylin)
    return company


@pytest.fixture
def number(desk: Desk, company: Company) -> int:
    """The number of an emergency with its task."""
    (message,) = take_in(desk, text_message(FLOOD, sender=AYLIN), company_id=company.id)
    while triage(thinking(desk)):
        pass
    return message.ticket_id


@pytest.fixture
def tom(desk: Desk, company: Company) -> Actor:
    return make_agent(desk, company, "Tom Ritter", Role.OPERATIONS)


def let_it_pass(desk: Desk, clock: FixedClock) -> None:
    """Let the whole ladder pass without an answer."""
    for _ in range(2):
        clock.at += timedelta(minutes=5)
        climb(desk)


def test_agents_see_what_it_is_who_is_paged_and_whom_to_call(
    app: APIFlask, desk: Desk, company: Company, number: int
) -> None:
    page = sign_in(app, desk, make_agent(desk, company)).get("/inbox/all?list=1").text

    assert f"Possible emergency: #{number} flood Lindenhof 12 3B (Tom Ritter is paged)" in page
    assert f'href="tel:{AYLIN}"' in page


def test_operations_see_it_once_nobody_has_answered_and_no_resident_with_it(
    app: APIFlask, desk: Desk, clock: FixedClock, number: int, tom: Actor
) -> None:
    browser = sign_in(app, desk, tom)
    before = browser.get("/board").text

    let_it_pass(desk, clock)

    after = browser.get("/board").text
    assert "Nobody on call has taken it" not in before
    assert f"Nobody on call has taken it: #{number} flood Lindenhof 12 3B" in after
    assert AYLIN not in after
    assert f'href="/tickets/{number}"' not in after


def test_the_button_takes_it_for_agents_and_operations_alike(
    app: APIFlask, desk: Desk, clock: FixedClock, number: int, tom: Actor
) -> None:
    let_it_pass(desk, clock)
    browser = sign_in(app, desk, tom)
    token = token_on(browser.get("/board").text)

    answer = browser.post(f"/emergencies/{number}/take", data={"csrf_token": token})

    assert answer.status_code == 302
    assert "Nobody on call has taken it" not in browser.get("/board").text
    assert desk.session.scalars(select(Alarm.acknowledged_by)).all() == ["Tom Ritter"]


def test_paging_again_pages_the_next_one_and_says_so(
    app: APIFlask, desk: Desk, company: Company, clock: FixedClock, number: int
) -> None:
    browser = sign_in(app, desk, make_agent(desk, company))
    token = token_on(browser.get("/inbox/all?list=1").text)

    early = browser.post(f"/emergencies/{number}/page", data={"csrf_token": token}, follow_redirects=True).text
    clock.at += timedelta(minutes=2)
    later = browser.post(f"/emergencies/{number}/page", data={"csrf_token": token}, follow_redirects=True).text

    assert "paged a moment ago" in early
    assert "the next person is paged" in later
    assert pages(desk) == [TOM, INES]


def test_the_ticket_tells_the_story_in_sentences(
    app: APIFlask, desk: Desk, company: Company, clock: FixedClock, number: int
) -> None:
    let_it_pass(desk, clock)
    clock.at += timedelta(minutes=1)
    browser = sign_in(app, desk, make_agent(desk, company))
    token = token_on(browser.get(f"/inbox/all/{number}").text)
    browser.post(f"/emergencies/{number}/take", data={"csrf_token": token})

    page = browser.get(f"/inbox/all/{number}").text

    for sentence in (
        "Possible emergency: flood",
        "Tom Ritter paged by text and by call (step 1 of 2)",
        "Ines Vogt paged by text and by call (step 2 of 2)",
        "Nobody on call answered: everybody sees it now, and paging begins again",
        "Tom Ritter paged by text and by call (step 1 of 2), round 2",
        "Maria Keller took it, after 11 minutes",
    ):
        assert sentence in page
    assert "I have it" not in page


def test_others_take_no_emergency_of_a_company_they_do_not_serve(app: APIFlask, desk: Desk, number: int) -> None:
    other = make_company(desk, "Hafen Homes")
    browser = sign_in(app, desk, make_agent(desk, other, "Jonas Weber"))
    token = token_on(browser.get("/me").text)

    statuses = [
        browser.post(f"/emergencies/{number}/{what}", data={"csrf_token": token}).status_code
        for what in ("take", "page")
    ]

    assert statuses == [404, 404]
