"""What a search finds, and what it never shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.dialects import postgresql

from hub.desk import Desk
from hub.domain.access import THE_DESK, Role
from hub.models import Company, Ticket
from hub.services.finding import found_by, search_tickets
from hub.services.intake import accept, receive
from tests.factories import make_agent, make_company, make_contact, make_lease, make_unit
from tests.letters import arrive, make_mail


@pytest.fixture
def company(desk: Desk) -> Company:
    company = make_company(desk, mail="desk@example.org")
    aylin = make_contact(desk, company, email="aylin@example.com", phone="+493023125101", role="resident")
    make_lease(desk, make_unit(desk, company), aylin)
    return company


def write(
    desk: Desk, text: str = "The tap drips.", sender: str = "Aylin Demir <aylin@example.com>", subject: str = "Tap"
) -> None:
    with desk.transaction():
        accept(desk, arrive(make_mail(text, sender=sender, subject=subject)))
    receive(desk)


def found(desk: Desk, company: Company, question: str, **more: object) -> list[str]:
    actor = make_agent(desk, company, **more)  # type: ignore[arg-type]
    return [each.subject for each in search_tickets(desk, actor, question).tickets]


@pytest.mark.parametrize(
    "question",
    [
        "drips",
        "drip",
        "Täp DRIPS",
        "tap",
        "aylin",
        "Demir",
        "aylin@example.com",
        "23125101",
        "+49 30 23125101",
        "030 23125-101",
        "Lindenhof 12",
        "lindenhof 12, 3B",
        "Lindenhof 12 3b",
    ],
)
def test_a_ticket_is_found_by_words_person_address_number_and_home(desk: Desk, company: Company, question: str) -> None:
    write(desk)
    write(desk, "Where is my statement?", "R. Brandt <brandt@example.com>", "Statement")

    assert found(desk, company, question) == ["Tap"]


def test_a_ticket_is_found_by_its_number(desk: Desk, company: Company) -> None:
    write(desk)
    number = desk.session.scalars(select(Ticket.id)).one()

    assert [found(desk, company, f"#{number}"), found(desk, company, str(number))] == [["Tap"], ["Tap"]]


@pytest.mark.parametrize("question", ["", "   ", "boiler", "%", "_", "'", "\\", "a:*|b", "& ( ! :*", "\0"])
def test_a_question_that_fits_nothing_finds_nothing(desk: Desk, company: Company, question: str) -> None:
    write(desk)

    assert found(desk, company, question) == []


def test_newest_activity_comes_first_and_pages_neither_skip_nor_repeat(desk: Desk, company: Company) -> None:
    for number in range(5):
        write(desk, "The tap drips.", f"Person {number} <person{number}@example.com>", f"Tap {number}")
    actor = make_agent(desk, company)
    whole = [each.subject for each in search_tickets(desk, actor, "drips").tickets]

    seen, cursor = [], ""
    while True:
        page = search_tickets(desk, actor, "drips", cursor=cursor, limit=2)
        seen += [each.subject for each in page.tickets]
        cursor = page.next
        if not cursor:
            break

    assert seen == whole == ["Tap 4", "Tap 3", "Tap 2", "Tap 1", "Tap 0"]


def test_nothing_of_another_company_or_queue_is_found(desk: Desk, company: Company) -> None:
    write(desk)
    other = make_company(desk, "Park Homes")

    assert found(desk, other, "tap") == []
    assert found(desk, company, "tap", name="Lea Blum", queues=["billing"]) == []
    assert found(desk, company, "tap", name="Tom Ritter", role=Role.OPERATIONS) == []


@given(question=st.text(max_size=80))
def test_no_question_breaks_the_search(question: str) -> None:
    found_by(THE_DESK, question).compile(dialect=postgresql.dialect())
