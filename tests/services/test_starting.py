"""Tickets that begin at the desk."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Actor, Role
from hub.errors import Forbidden, Invalid, NotFound, Refused
from hub.models import Company, Contact, OutboxRow
from hub.services.sending.answer_target import reply_target
from hub.services.sending.reply import Draft, reply
from hub.services.sending.reply_people import choose_people
from hub.services.settings.configuration import read_directory
from hub.services.tickets.starting import Call, find_people, log_call, start_conversation
from tests.factories import make_agent, make_company, make_contact, make_lease, make_unit


@pytest.fixture
def company(desk: Desk) -> Company:
    return make_company(desk, mail="desk@example.org", number="+12025550100")


@pytest.fixture
def maria(desk: Desk, company: Company) -> Actor:
    return make_agent(desk, company)


@pytest.fixture
def aylin(desk: Desk, company: Company) -> Contact:
    contact = make_contact(desk, company, email="aylin@example.com", phone="+12025550123", role="resident")
    make_lease(desk, make_unit(desk, company), contact)
    return contact


@pytest.mark.parametrize("words", ["demir", "3b lind", "Aylin 3B", "202 555 0123", "aylin@example.com"])
def test_people_are_found_by_name_home_and_number(desk: Desk, maria: Actor, aylin: Contact, words: str) -> None:
    found = find_people(desk, maria, words)

    assert [(each.contact.id, each.place) for each in found] == [(aylin.id, "Lindenhof 12 3B")]


def test_nobody_is_found_of_another_company(desk: Desk, aylin: Contact) -> None:
    stranger = make_agent(desk, make_company(desk, "Other"), "Ann Other")

    assert find_people(desk, stranger, "demir") == []
    with pytest.raises(NotFound):
        log_call(desk, stranger, Call("The tap drips.", aylin.id))


def test_a_call_waits_like_any_message_and_is_answered_by_mail(desk: Desk, maria: Actor, aylin: Contact) -> None:
    ticket = log_call(desk, maria, Call("The tap drips.", aylin.id))
    waited = ticket.due_at is not None

    message = reply(desk, maria, ticket.id, Draft("Tom comes at nine."))

    assert (ticket.channel, ticket.unit_label, ticket.assignee_id) == ("phone", "Lindenhof 12 3B", maria.agent_id)
    assert (waited, message.channel) == (True, "email")


def test_a_call_solved_on_the_phone_is_closed_and_answered(desk: Desk, maria: Actor, aylin: Contact) -> None:
    ticket = log_call(desk, maria, Call("How do I bleed a radiator?", aylin.id, solved=True))

    assert (ticket.status, ticket.first_response_at, ticket.waiting_since) == ("closed", desk.clock.now(), None)


def test_a_call_says_who_and_what(desk: Desk, company: Company, maria: Actor) -> None:
    with pytest.raises(Invalid, match="in a few words"):
        log_call(desk, maria, Call("  ", name="A woman"))
    with pytest.raises(Invalid, match="who it was"):
        log_call(desk, maria, Call("The tap drips."))
    with pytest.raises(Forbidden):
        log_call(desk, make_agent(desk, company, "Tom", Role.OPERATIONS), Call("Tap", name="A woman"), company_id=1)

    assert log_call(desk, maria, Call("Asks for a flat.", name="A woman")).requester_name == "A woman"


@pytest.mark.parametrize(("channel", "recipient"), [("email", "aylin@example.com"), ("sms", "+12025550123")])
def test_a_first_word_leaves_by_the_chosen_way(
    desk: Desk, maria: Actor, aylin: Contact, channel: str, recipient: str
) -> None:
    with desk.transaction():
        message = start_conversation(desk, maria, aylin.id, channel, "Your key", "It is ready.")

    row = desk.session.scalars(select(OutboxRow).where(OutboxRow.message_id == message.id)).one()
    assert (row.channel, row.recipient) == (channel, recipient)


def test_a_mail_goes_to_whom_the_agent_chose_but_never_to_two_sides(
    desk: Desk, company: Company, maria: Actor, aylin: Contact
) -> None:
    make_contact(desk, company, "Hofer Plumbing", email="hofer@example.net", role="craftsman")
    ticket = log_call(desk, maria, Call("The tap drips.", aylin.id))
    directory, target = read_directory(desk), reply_target(desk, ticket)

    chosen = choose_people(desk, directory, ticket, target, ["Aylin@Example.com", "", "son@example.com"])

    assert [(each.value, each.name) for each in chosen.recipients] == [
        ("aylin@example.com", "Aylin Demir"),
        ("son@example.com", ""),
    ]
    with pytest.raises(Refused, match="never get the same mail"):
        choose_people(desk, directory, ticket, target, ["aylin@example.com", "hofer@example.net"])
    with pytest.raises(Refused, match="our own mailbox"):
        choose_people(desk, directory, ticket, target, ["desk@example.org"])
    with pytest.raises(Invalid, match="at least one"):
        choose_people(desk, directory, ticket, target, [""])
