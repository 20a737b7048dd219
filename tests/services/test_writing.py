"""Rows that intake copies into their tables are what was given, and what a table refuses is told as by any statement."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError

from hub.desk import Desk
from hub.domain.ticket import AuthorKind
from hub.models import Company, Participant, Ticket, TicketEvent
from hub.services.intake.writing import write_values
from tests.factories import make_company, make_contact

WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)


@pytest.fixture
def company(desk: Desk) -> Company:
    return make_company(desk)


@pytest.fixture
def ticket(desk: Desk, company: Company) -> Ticket:
    with desk.transaction() as session:
        ticket = Ticket(company_id=company.id, channel="email")
        session.add(ticket)
    return ticket


def line(ticket: Ticket, name: str, **facts: Any) -> dict[str, Any]:
    return {
        "company_id": ticket.company_id,
        "ticket_id": ticket.id,
        "kind": "noted",
        "actor_kind": AuthorKind.MACHINE,
        "actor_name": name,
        "message_id": None,
        "facts": facts,
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=5))
@example([("\\N", "a\tb\n\\.\r"), ("", '"{},'), ("\\", "\\x41")])
def test_words_come_back_as_they_were_given(desk: Desk, ticket: Ticket, said: list[tuple[str, str]]) -> None:
    with desk.transaction() as session:
        before = session.scalars(select(TicketEvent.id).order_by(TicketEvent.id.desc())).first() or 0

        write_values(session, TicketEvent, [line(ticket, name, text=text) for name, text in said])

    rows = desk.session.scalars(select(TicketEvent).where(TicketEvent.id > before).order_by(TicketEvent.id))
    assert [(row.actor_name, row.facts["text"], row.message_id) for row in rows] == [(*each, None) for each in said]


def test_neighbours_that_name_other_columns_are_written_in_order(desk: Desk, ticket: Ticket) -> None:
    with desk.transaction() as session:
        bare = {key: value for key, value in line(ticket, "second").items() if key != "facts"}

        write_values(session, TicketEvent, [line(ticket, "first"), bare, line(ticket, "third", n=[1, None])])

    rows = desk.session.scalars(select(TicketEvent).order_by(TicketEvent.id)).all()
    assert [(row.actor_name, row.facts) for row in rows] == [("first", {}), ("second", {}), ("third", {"n": [1, None]})]


def test_a_row_that_is_there_already_is_refused_as_by_any_statement(desk: Desk, ticket: Ticket) -> None:
    anna = make_contact(desk, desk.session.get_one(Company, ticket.company_id), email="anna@example.com")
    row = {"company_id": ticket.company_id, "ticket_id": ticket.id, "contact_id": anna.id}

    with pytest.raises(IntegrityError, match="participants"), desk.transaction() as session:
        write_values(session, Participant, [row, row])

    assert desk.session.scalars(select(Participant)).all() == []


def test_a_value_that_no_column_takes_is_refused_as_by_any_statement(desk: Desk, ticket: Ticket) -> None:
    with pytest.raises(DataError), desk.transaction() as session:
        write_values(session, TicketEvent, [line(ticket, "a\0b")])

    assert desk.session.scalars(select(TicketEvent)).all() == []
