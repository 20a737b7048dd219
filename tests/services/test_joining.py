"""Somebody who is known twice, or not at all yet, becomes who they are, and can be parted again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Actor, Role
from hub.errors import Invalid, NotFound, Refused
from hub.models import Company, Contact, Identity, Ticket
from hub.services.people.contacts import ContactFilters, list_contacts
from hub.services.people.joining import join_people, known_sender
from hub.services.staff.accounts import find_sign_in, start_sign_in
from hub.services.tickets.starting import find_people
from hub.services.tickets.undoing import undo
from tests.factories import make_agent, make_company, make_contact, make_lease, make_unit
from tests.services.steps import mail, take_in

OTHER = "A. Demir <a.demir@example.org>"


@pytest.fixture
def maria(desk: Desk, company: Company) -> Actor:
    return make_agent(desk, company)


@pytest.fixture
def aylin(desk: Desk, company: Company) -> Contact:
    aylin = make_contact(desk, company, email="aylin@example.com", role="resident")
    make_lease(desk, make_unit(desk, company), aylin)
    return aylin


@pytest.fixture
def ticket(desk: Desk, aylin: Contact) -> Ticket:
    """Return a ticket that came from an address of Aylin's nobody knows."""
    (message,) = take_in(desk, mail("The tap drips.", sender=OTHER))
    return desk.session.get_one(Ticket, message.ticket_id)


def holders(desk: Desk) -> dict[str, int]:
    return {each.value: each.contact_id for each in desk.session.scalars(select(Identity))}


def test_a_stranger_becomes_who_they_are_with_their_address_ticket_and_home(
    desk: Desk, maria: Actor, aylin: Contact, ticket: Ticket
) -> None:
    with desk.transaction():
        stranger = known_sender(desk, maria, ticket.id)
        person, _way_back = join_people(desk, maria, ticket.id, stranger.id, aylin.id)
    (later,) = take_in(desk, mail("It drips faster.", sender=OTHER, subject="Tap again"))

    assert person.id == aylin.id
    assert (ticket.contact_id, ticket.requester_name, ticket.requester_role) == (aylin.id, "Aylin Demir", "resident")
    assert ticket.unit_label == "Lindenhof 12 3B"
    assert holders(desk) == {"aylin@example.com": aylin.id, "a.demir@example.org": aylin.id}
    assert later.contact_id == aylin.id


def test_who_was_joined_is_offered_and_listed_no_more_until_they_are_parted(
    desk: Desk, maria: Actor, aylin: Contact, ticket: Ticket
) -> None:
    with desk.transaction():
        stranger = known_sender(desk, maria, ticket.id)
        _person, way_back = join_people(desk, maria, ticket.id, stranger.id, aylin.id)
    joined = [each.contact.id for each in find_people(desk, maria, "demir")]
    listed = [each.contact.id for each in list_contacts(desk, maria, ContactFilters()).items]
    assert way_back is not None
    with desk.transaction():
        undo(desk, maria, way_back)

    assert joined == listed == [aylin.id]
    assert {each.contact.id for each in find_people(desk, maria, "demir")} == {aylin.id, stranger.id}
    assert (ticket.contact_id, ticket.requester_name, ticket.unit_id) == (stranger.id, "A. Demir", None)
    assert holders(desk) == {"aylin@example.com": aylin.id, "a.demir@example.org": stranger.id}


def test_who_is_signed_in_by_an_address_that_changes_hands_comes_in_anew(
    desk: Desk, maria: Actor, aylin: Contact, ticket: Ticket
) -> None:
    with desk.transaction():
        stranger = known_sender(desk, maria, ticket.id)
        address = desk.session.scalars(select(Identity).where(Identity.contact_id == stranger.id)).one()
        before = start_sign_in(desk, contact_id=stranger.id, identity_id=address.id)
        _person, way_back = join_people(desk, maria, ticket.id, stranger.id, aylin.id)
        between = start_sign_in(desk, contact_id=aylin.id, identity_id=address.id)
    joined = [find_sign_in(desk, each.secret) is not None for each in (before, between)]
    assert way_back is not None
    with desk.transaction():
        undo(desk, maria, way_back)

    assert joined == [False, True]
    assert find_sign_in(desk, between.secret) is None


def test_parting_leaves_what_came_since_with_the_person(
    desk: Desk, maria: Actor, aylin: Contact, ticket: Ticket
) -> None:
    with desk.transaction():
        stranger = known_sender(desk, maria, ticket.id)
        _person, way_back = join_people(desk, maria, ticket.id, stranger.id, aylin.id)
    (own,) = take_in(desk, mail("Where is my statement?", sender="aylin@example.com", subject="Statement"))
    assert way_back is not None

    with desk.transaction():
        undo(desk, maria, way_back)

    assert desk.session.get_one(Ticket, own.ticket_id).contact_id == aylin.id


def test_somebody_with_a_home_is_not_joined_to_another(
    desk: Desk, maria: Actor, company: Company, aylin: Contact, ticket: Ticket
) -> None:
    jan = make_contact(desk, company, "Jan Novak", email="jan@example.com")

    with pytest.raises(Refused, match="has a home or work here"), desk.transaction():
        join_people(desk, maria, ticket.id, aylin.id, jan.id)
    with pytest.raises(Invalid), desk.transaction():
        join_people(desk, maria, ticket.id, jan.id, jan.id)


def test_nobody_joins_people_of_other_companies_nor_whom_they_do_not_see(
    desk: Desk, maria: Actor, company: Company, aylin: Contact, ticket: Ticket
) -> None:
    elsewhere = make_contact(desk, make_company(desk, "Park Homes"), "Jan Novak", email="jan@example.com")
    jan = make_contact(desk, company, "Jan Novak", email="jan@example.com")
    tom = make_agent(desk, company, "Tom Ritter", Role.OPERATIONS)

    with pytest.raises(NotFound), desk.transaction():
        join_people(desk, maria, ticket.id, jan.id, elsewhere.id)
    with pytest.raises(NotFound), desk.transaction():
        join_people(desk, tom, ticket.id, jan.id, aylin.id)
