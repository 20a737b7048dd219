"""Somebody we know twice becomes one person: addresses and tickets move to who they are, and for a day there is a way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, or_, select, update

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.ticket import Direction, TicketStatus
from hub.errors import Forbidden, Invalid, NotFound, Refused
from hub.models import (
    Company,
    Contact,
    Identity,
    LeaseParty,
    Message,
    OutsideTask,
    Ownership,
    Participant,
    SignIn,
    Survey,
    Ticket,
    UndoRow,
)
from hub.services.people.contacts import add_identity
from hub.services.people.homes import find_homes
from hub.services.staff.scope import own_companies
from hub.services.tickets.history import record
from hub.services.tickets.tickets import find_ticket

MOVED: dict[str, Any] = {
    "identities": Identity,
    "tickets": Ticket,
    "messages": Message,
    "participants": Participant,
    "surveys": Survey,
    "outside_tasks": OutsideTask,
}
SHOWN = ("requester_name", "requester_role", "unit_id", "property_id", "unit_label")


def may_be_joined(desk: Desk, contact: Contact) -> bool:
    """Tell whether somebody may turn out to be another: not who has a home or work here, they are who they are."""
    return not (contact.outside_id or contact.role == "craftsman" or _is_settled(desk, contact))


def known_sender(desk: Desk, actor: Actor, number: int) -> Contact:
    """Return who a ticket is from; a stranger is written down as somebody, with the address they wrote from.

    Raises `NotFound`, `Forbidden`, and `Refused` for an address that is another's.
    """
    ticket = find_ticket(desk, actor, number, lock=True, ability=Ability.WORK_TICKETS)
    if ticket.contact_id is not None:
        return desk.session.get_one(Contact, ticket.contact_id)
    written = (Message.ticket_id == ticket.id, Message.direction == Direction.IN, Message.contact_id.is_(None))
    address = desk.session.scalar(select(Message.author_address).where(*written).order_by(Message.id.desc()).limit(1))
    contact = Contact(company_id=ticket.company_id, name=ticket.requester_name, language=ticket.language)
    desk.session.add(contact)
    desk.session.flush()
    if address:
        add_identity(desk, actor, contact.id, "email" if "@" in address else "phone", address)
        desk.session.execute(
            update(Message).where(*written, Message.author_address == address).values(contact_id=contact.id)
        )
    ticket.contact_id = contact.id
    desk.session.flush()
    return contact


def join_people(desk: Desk, actor: Actor, number: int, source_id: int, into_id: int) -> tuple[Contact, UUID | None]:
    """Make the sender of a ticket the person they are, and return that one with the way back.

    Raises `NotFound`, `Forbidden`, `Invalid` for somebody and themselves, and `Refused` for people of two companies, and for
    somebody who has a home here: their tickets and their lease must not go to another.
    """
    if source_id == into_id:
        raise Invalid("Choose somebody else: this is the same person.", field="into")
    locked = {each: _locked(desk, actor, each) for each in sorted((source_id, into_id))}
    source, target = locked[source_id], locked[into_id]
    if not actor.can(Ability.WORK_TICKETS, source.company_id):
        raise Forbidden("Your role may not change people.")
    if source.company_id != target.company_id:
        raise Refused("These are people of two companies.")
    if source.joined_to_id is not None or target.joined_to_id is not None:
        raise Refused("One of them was joined to somebody before: load the page again.")
    if not may_be_joined(desk, source):
        raise Refused(f"{source.name} has a home or work here: join the other one to {source.name} instead.")
    shown = _show_as(desk, source, target)
    moved = {name: _move(desk, model, source.id, target.id) for name, model in MOVED.items()}
    _sign_out(desk, moved["identities"])
    source.joined_to_id = target.id
    ticket = desk.session.get_one(Ticket, number)
    record(desk, ticket, "people joined", actor=actor, before=source.name, after=target.name)
    if actor.agent_id is None:
        return target, None
    people = {"source": source.id, "target": target.id, "moved": moved, "shown": shown}
    row = UndoRow(
        company_id=source.company_id,
        agent_id=actor.agent_id,
        kind="join people",
        facts={"tickets": [], "people": people},
        created_at=desk.clock.now(),
    )
    desk.session.add(row)
    desk.session.flush()
    return target, row.public_id


def part_people(desk: Desk, actor: Actor, people: dict[str, Any]) -> None:
    """Give somebody back what was theirs before they were joined to another; what has moved on since stays."""
    source, target = (_locked(desk, actor, people[each]) for each in ("source", "target"))
    for name, ids in people["moved"].items():
        model = MOVED[name]
        query = update(model).where(model.id.in_(ids), model.contact_id == target.id)
        desk.session.execute(query.values(contact_id=source.id))
    _sign_out(desk, people["moved"]["identities"])
    source.joined_to_id = None
    for number, facts in people["shown"].items():
        ticket = desk.session.get(Ticket, int(number), populate_existing=True)
        if ticket is not None and ticket.contact_id == source.id:
            for name, value in facts.items():
                setattr(ticket, name, value)
            ticket.version += 1
            record(desk, ticket, "people parted", actor=actor, before=target.name, after=source.name)


def _locked(desk: Desk, actor: Actor, contact_id: int) -> Contact:
    query = select(Contact).where(Contact.id == contact_id, own_companies(actor, Contact))
    contact = desk.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if contact is None:
        raise NotFound(f"There is no contact {contact_id}.")
    return contact


def _sign_out(desk: Desk, identities: Sequence[int]) -> None:
    """End what was signed in by addresses that are another person's now: who it was then may not read on as who it is."""
    running = (SignIn.identity_id.in_(identities), SignIn.ended_at.is_(None))
    desk.session.execute(update(SignIn).where(*running).values(ended_at=desk.clock.now()))


def _is_settled(desk: Desk, contact: Contact) -> bool:
    lives = exists().where(LeaseParty.contact_id == contact.id)
    owns = exists().where(Ownership.contact_id == contact.id)
    return bool(desk.session.scalar(select(or_(lives, owns))))


def _show_as(desk: Desk, source: Contact, target: Contact) -> dict[str, dict[str, Any]]:
    """Show tickets that are open as the person's they are; returns what they showed before, by number."""
    company = desk.session.get_one(Company, source.company_id)
    today = desk.clock.now().astimezone(ZoneInfo(company.time_zone)).date()
    home = find_homes(desk, [target.id], on=today).get(target.id)
    before = {}
    query = select(Ticket).where(Ticket.contact_id == source.id, Ticket.status != TicketStatus.CLOSED)
    for ticket in desk.session.scalars(query.order_by(Ticket.id).with_for_update()):
        before[str(ticket.id)] = {name: getattr(ticket, name) for name in SHOWN}
        ticket.requester_name = target.name or ticket.requester_name
        ticket.requester_role = target.role or (home.role if home else ticket.requester_role)
        if home is not None and ticket.unit_id is None:
            ticket.unit_id, ticket.property_id, ticket.unit_label = home.unit_id, home.property_id, home.label
        ticket.version += 1
    desk.session.flush()
    return before


def _move(desk: Desk, model: Any, source: int, target: int) -> Sequence[int]:
    query = update(model).where(model.contact_id == source)
    if model is Participant:  # who takes part already does not take part twice
        there = select(Participant.ticket_id).where(Participant.contact_id == target)
        asked = select(Ticket.id).where(Ticket.contact_id == target)
        query = query.where(Participant.ticket_id.not_in(there), Participant.ticket_id.not_in(asked))
    return list(desk.session.scalars(query.values(contact_id=target).returning(model.id)))
