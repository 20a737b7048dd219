"""Canned replies and colleagues named in notes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.placeholder import fill, open_placeholders
from hub.errors import Invalid
from hub.models import Agent, Company, Macro, Mention, OutboxRow, Ticket
from hub.services.inbox.inbox import count_views, list_tickets
from hub.services.inbox.macros import find_macros
from hub.services.inbox.mentions import named_in
from hub.services.sending.reply import Draft, reply, write_note
from tests.factories import make_agent, make_company, make_contact, save


@pytest.fixture
def maria(desk: Desk, company: Company) -> Actor:
    return make_agent(desk, company)


@pytest.fixture
def ticket(desk: Desk, company: Company) -> Ticket:
    aylin = make_contact(desk, company, email="aylin@example.com", role="resident")
    row = Ticket(
        company_id=company.id,
        contact_id=aylin.id,
        channel="email",
        subject="Tap",
        requester_name="Aylin Demir",
        unit_label="Lindenhof 12 3B",
        tags=["heat"],
    )
    return save(desk, row)


def test_a_canned_reply_knows_the_ticket_and_says_what_is_left_to_fill_in(
    desk: Desk, company: Company, maria: Actor, ticket: Ticket
) -> None:
    text = "Hello {{ name }}, about {{unit}}: Tom comes on {{date}}. {{Agent}}"
    save(desk, Macro(company_id=company.id, name="Appointment", text=text))

    (found,) = find_macros(desk, maria, ticket, company, "appoint")

    assert found.text == "Hello Aylin Demir, about Lindenhof 12 3B: Tom comes on {{date}}. Maria Keller"
    assert found.open == ("{{date}}",)


def test_an_open_placeholder_never_leaves(desk: Desk, maria: Actor, ticket: Ticket) -> None:
    with pytest.raises(Invalid, match=r"Fill in \{\{date\}\} first"):
        reply(desk, maria, ticket.id, Draft("Tom comes on {{date}}."))

    assert desk.session.scalars(select(OutboxRow)).all() == []


def test_a_note_may_hold_a_placeholder(desk: Desk, maria: Actor, ticket: Ticket) -> None:
    note = write_note(desk, maria, ticket.id, "Our text says {{date}}, please mend it.")

    assert note.text.startswith("Our text")


def test_what_a_canned_reply_does_beside_is_done_when_it_is_sent(
    desk: Desk, company: Company, maria: Actor, ticket: Ticket
) -> None:
    actions = {"queue": "billing", "tags": ["arrears"]}
    macro = save(desk, Macro(company_id=company.id, name="Rent", text="Hello", actions=actions))

    reply(desk, maria, ticket.id, Draft("Hello", macros=[macro.id]))

    assert (ticket.queue, ticket.tags) == ("billing", ["arrears", "heat"])


def test_another_companys_canned_reply_does_nothing(desk: Desk, maria: Actor, ticket: Ticket) -> None:
    other = make_company(desk, "Other")
    macro = save(desk, Macro(company_id=other.id, name="Rent", text="Hello", actions={"queue": "billing"}))

    reply(desk, maria, ticket.id, Draft("Hello", macros=[macro.id]))

    assert ticket.queue == "front-desk"


def test_a_colleague_named_in_a_note_finds_it_until_they_have_written(
    desk: Desk, company: Company, maria: Actor, ticket: Ticket
) -> None:
    jonas = make_agent(desk, company, "Jonas Weber")

    with desk.transaction():
        write_note(desk, maria, ticket.id, "@jonas weber, is the key with you? @Maria Keller asks.")
    asked = list_tickets(desk, jonas, "mentions").tickets
    counted = count_views(desk, jonas)["mentions"]
    own = list_tickets(desk, maria, "mentions").tickets
    with desk.transaction():
        write_note(desk, jonas, ticket.id, "It is.")

    assert ([each.id for each in asked], counted, own) == ([ticket.id], 1, [])
    assert list_tickets(desk, jonas, "mentions").tickets == []
    assert len(desk.session.scalars(select(Mention)).all()) == 1


def test_the_longest_name_is_meant() -> None:
    people = [Agent(id=1, name="Jon Web"), Agent(id=2, name="Jon Weber")]

    assert [each.id for each in named_in("@Jon Weber please", people)] == [2]


@given(st.text(max_size=200), st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=4))
def test_any_text_can_be_filled_in(text: str, values: dict[str, str]) -> None:
    filled = fill(text, values)

    assert filled == text or open_placeholders(text)
