"""Who a ticket is with: the person, their home, lease, money, open work and earlier tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.models import (
    Contact,
    Identity,
    Lease,
    LeaseParty,
    OutsideTask,
    Ownership,
    Property,
    Rent,
    Task,
    TaskTicket,
    Ticket,
    Unit,
)
from hub.services.outside_tasks import outside_tasks_about
from hub.services.scope import tickets_of

EARLIER = 6


@dataclass(frozen=True, slots=True)
class Person:
    """Everything the person panel shows; `balance_shown` is false where the actor may not see money owed."""

    contact: Contact | None
    identities: Sequence[Identity]
    unit: Unit | None
    home: Property | None
    lease: Lease | None
    rent: Rent | None
    household: Sequence[Contact]
    owned: Sequence[Property]
    tasks: Sequence[Task]
    earlier: Sequence[Ticket]
    balance_shown: bool
    elsewhere: Sequence[OutsideTask] = ()


def find_person(desk: Desk, actor: Actor, ticket: Ticket) -> Person:
    """Return what is known about a ticket's requester today."""
    session = desk.session
    today = desk.clock.now().date()
    contact = session.get(Contact, ticket.contact_id) if ticket.contact_id else None
    identities = (
        session.scalars(select(Identity).where(Identity.contact_id == ticket.contact_id).order_by(Identity.id)).all()
        if contact
        else []
    )
    place = session.execute(
        select(Unit, Property).join(Property, Property.id == Unit.property_id).where(Unit.id == ticket.unit_id)
    ).one_or_none()
    unit, home = (place[0], place[1]) if place else (None, None)
    running = or_(Lease.ends_on.is_(None), Lease.ends_on > today)
    lease = (
        session.scalar(
            select(Lease)
            .join(LeaseParty, LeaseParty.lease_id == Lease.id)
            .where(LeaseParty.contact_id == contact.id, Lease.starts_on <= today, running)
            .order_by(Lease.starts_on.desc())
            .limit(1)
        )
        if contact
        else None
    )
    rent = (
        session.scalar(
            select(Rent)
            .where(Rent.lease_id == lease.id, Rent.starts_on <= today)
            .order_by(Rent.starts_on.desc())
            .limit(1)
        )
        if lease
        else None
    )
    household = (
        session.scalars(
            select(Contact)
            .join(LeaseParty, LeaseParty.contact_id == Contact.id)
            .where(LeaseParty.lease_id == lease.id, Contact.id != (contact.id if contact else 0))
            .order_by(Contact.name)
        ).all()
        if lease
        else []
    )
    owned = (
        session.scalars(
            select(Property)
            .join(Ownership, Ownership.property_id == Property.id)
            .where(Ownership.contact_id == contact.id)
            .order_by(Property.name)
        ).all()
        if contact
        else []
    )
    tasks = session.scalars(
        select(Task)
        .join(TaskTicket, TaskTicket.task_id == Task.id)
        .where(TaskTicket.ticket_id == ticket.id)
        .order_by(Task.id)
    ).all()
    earlier = (
        session.scalars(
            select(Ticket)
            .where(Ticket.contact_id == contact.id, Ticket.id != ticket.id, tickets_of(actor))
            .order_by(Ticket.last_activity_at.desc())
            .limit(EARLIER)
        ).all()
        if contact
        else []
    )
    shown = actor.can(Ability.SEE_BALANCES, ticket.company_id)
    return Person(
        contact,
        identities,
        unit,
        home,
        lease,
        rent,
        household,
        owned,
        tasks,
        earlier,
        shown,
        outside_tasks_about(desk, ticket),
    )
