"""Tickets merged and parted again, senders blocked and heard again, the same words to several people."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Actor
from hub.errors import Invalid, Refused
from hub.models import Block, Company, Contact, Message, OutboxRow, Ticket
from hub.services.tickets.blocking import block_sender, release_ticket
from hub.services.tickets.bulk import reply_to_all
from hub.services.tickets.merging import merge_candidates, merge_tickets
from hub.services.tickets.undoing import tag_many, undo
from tests.factories import make_agent, make_contact, save
from tests.services.steps import mail, take_in

ME = "Aylin Demir <aylin@example.com>"


@pytest.fixture
def maria(desk: Desk, company: Company) -> Actor:
    return make_agent(desk, company)


@pytest.fixture
def aylin(desk: Desk, company: Company) -> Contact:
    return make_contact(desk, company, email="aylin@example.com", role="resident")


def written(desk: Desk, text: str, sender: str = ME, **more: str) -> Message:
    (message,) = take_in(desk, mail(text, sender=sender, Message_ID=f"<{uuid4()}@example.com>", **more))
    return message


def texts(desk: Desk, number: int) -> list[str]:
    query = select(Message.text).where(Message.ticket_id == number).order_by(Message.id)
    return [each.strip() for each in desk.session.scalars(query)]


def test_a_merged_ticket_is_part_of_the_other_and_its_answers_go_there(
    desk: Desk, company: Company, maria: Actor, aylin: Contact
) -> None:
    first, second = written(desk, "The tap drips."), written(desk, "It drips faster.", subject="Tap again")
    ticket = desk.session.get_one(Ticket, second.ticket_id)
    offered = [each.id for each in merge_candidates(desk, maria, ticket)]

    with desk.transaction():
        target, _way_back = merge_tickets(desk, maria, second.ticket_id, first.ticket_id)
    written(desk, "Still dripping.", subject=f"Re: Tap again [#{ticket.id}]")

    assert offered == [first.ticket_id]
    assert texts(desk, target.id) == ["The tap drips.", "It drips faster.", "Still dripping."]
    assert (ticket.status, ticket.merged_into_id, ticket.last_inbound_id) == ("closed", target.id, None)
    assert target.last_inbound_id is not None


def test_a_merge_taken_back_parts_them_as_they_were_and_keeps_what_came_since(
    desk: Desk, company: Company, maria: Actor, aylin: Contact
) -> None:
    first, second = written(desk, "The tap drips."), written(desk, "The lamp is dark.", subject="Lamp")
    with desk.transaction():
        _target, way_back = merge_tickets(desk, maria, second.ticket_id, first.ticket_id)
    later = written(desk, "Still dripping.", subject=f"Re: Tap [#{first.ticket_id}]")
    assert way_back is not None

    with desk.transaction():
        undo(desk, maria, way_back)

    ticket = desk.session.get_one(Ticket, second.ticket_id)
    assert texts(desk, first.ticket_id) == ["The tap drips.", "Still dripping."]
    assert texts(desk, second.ticket_id) == ["The lamp is dark."]
    assert (ticket.status, ticket.merged_into_id, ticket.last_inbound_id) == ("new", None, second.id)
    assert desk.session.get_one(Ticket, first.ticket_id).last_inbound_id == later.id


def test_tickets_of_two_people_are_never_merged(desk: Desk, company: Company, maria: Actor, aylin: Contact) -> None:
    make_contact(desk, company, "Jan Novak", email="jan@example.com", role="resident")
    mine, his = written(desk, "The tap drips."), written(desk, "My tap too.", sender="Jan <jan@example.com>")

    with pytest.raises(Refused, match="an answer would reach both"):
        merge_tickets(desk, maria, his.ticket_id, mine.ticket_id)
    with pytest.raises(Invalid):
        merge_tickets(desk, maria, his.ticket_id, his.ticket_id)


def test_a_blocked_stranger_is_quarantined_until_released(desk: Desk, company: Company, maria: Actor) -> None:
    first = written(desk, "Buy our lamps.", sender="Lamps <lamps@example.net>")
    with desk.transaction():
        address, _way_back = block_sender(desk, maria, first.ticket_id)
    second = written(desk, "Buy more lamps.", sender="Lamps <lamps@example.net>", subject="More lamps")
    ticket = desk.session.get_one(Ticket, second.ticket_id)
    was = ticket.quarantined

    with desk.transaction():
        release_ticket(desk, maria, ticket.id)
    third = written(desk, "One more lamp.", sender="Lamps <lamps@example.net>", subject="One lamp")

    assert (address, was, ticket.quarantined) == ("lamps@example.net", True, False)
    assert not desk.session.get_one(Ticket, third.ticket_id).quarantined


def test_blocking_can_be_undone_and_residents_cannot_be_blocked(
    desk: Desk, company: Company, maria: Actor, aylin: Contact
) -> None:
    advert = written(desk, "Buy our lamps.", sender="Lamps <lamps@example.net>")
    home = written(desk, "The tap drips.")
    ticket = desk.session.get_one(Ticket, home.ticket_id)
    ticket.requester_role = "resident"
    with desk.transaction():
        _address, way_back = block_sender(desk, maria, advert.ticket_id)
    assert way_back is not None

    with desk.transaction():
        undo(desk, maria, way_back)
    with pytest.raises(Refused, match="cannot be blocked"):
        block_sender(desk, maria, home.ticket_id)

    assert desk.session.scalars(select(Block)).all() == []
    assert not desk.session.get_one(Ticket, advert.ticket_id).quarantined


def test_the_same_words_go_to_each_person_alone_and_who_got_none_is_named(
    desk: Desk, company: Company, maria: Actor, aylin: Contact
) -> None:
    make_contact(desk, company, "Jan Novak", email="jan@example.com", role="resident")
    mine = written(desk, "Is the water off?")
    his = written(desk, "Is the water off?", sender="Jan Novak <jan@example.com>")
    nobody = save(desk, Ticket(company_id=company.id, channel="email", subject="Walk-in", requester_name="Somebody"))

    with desk.transaction():
        done = reply_to_all(desk, maria, [mine.ticket_id, his.ticket_id, nobody.id], "Hello {{name}}, until noon, yes.")

    rows = desk.session.scalars(select(OutboxRow).where(OutboxRow.purpose == "reply").order_by(OutboxRow.position))
    assert [(each.recipient, each.payload["text"]) for each in rows] == [
        ("aylin@example.com", "Hello Aylin Demir, until noon, yes."),
        ("jan@example.com", "Hello Jan Novak, until noon, yes."),
    ]
    assert [each.number for each in done.failures] == [nobody.id]


def test_a_tag_joins_the_others(desk: Desk, company: Company, maria: Actor) -> None:
    one = save(desk, Ticket(company_id=company.id, channel="email", subject="One", tags=["heat"]))
    two = save(desk, Ticket(company_id=company.id, channel="email", subject="Two"))

    tag_many(desk, maria, [one.id, two.id], "outage")

    assert (one.tags, two.tags) == (["heat", "outage"], ["outage"])
