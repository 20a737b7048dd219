"""Who a ticket is with: the person, their home, lease, money, open work and earlier tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

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
from hub.services.answer_target import Reached, select_reached
from hub.services.outside_tasks import select_outside_tasks
from hub.services.scope import tickets_of
from hub.services.together import Question, read_together

EARLIER = 6


@dataclass(frozen=True, slots=True)
class Person:
    """Everything the person panel shows; `balance_shown` is false where the actor may not see money owed.

    `reached` are the addresses of everybody who takes part in the ticket, the requester's among them.
    """

    contact: Contact | None
    reached: Sequence[Reached]
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

    @property
    def identities(self) -> list[Identity]:
        """Return the requester's own addresses, oldest first."""
        return [each.identity for each in self.reached if each.contact is self.contact]


def find_person(desk: Desk, actor: Actor, ticket: Ticket) -> Person:
    """Return what is known about a ticket's requester today."""
    today = desk.clock.now().date()
    return person_of(actor, ticket, *read_together(desk.session, *select_person(actor, ticket, today)))


def select_person(actor: Actor, ticket: Ticket, today: date) -> tuple[Question, ...]:
    """Select what is known about a ticket's requester on a day."""
    who = ticket.contact_id
    running = or_(Lease.ends_on.is_(None), Lease.ends_on > today)
    newest_lease = (
        select(Lease.id)
        .join(LeaseParty, LeaseParty.lease_id == Lease.id)
        .where(LeaseParty.contact_id == who, Lease.starts_on <= today, running)
        .order_by(Lease.starts_on.desc(), Lease.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(Contact).where(Contact.id == who),
        select_reached(ticket),
        select(Unit, Property).join(Property, Property.id == Unit.property_id).where(Unit.id == ticket.unit_id),
        select(Lease).where(Lease.id == newest_lease),
        select(Rent)
        .where(Rent.lease_id == newest_lease, Rent.starts_on <= today)
        .order_by(Rent.starts_on.desc())
        .limit(1),
        select(Contact)
        .join(LeaseParty, LeaseParty.contact_id == Contact.id)
        .where(LeaseParty.lease_id == newest_lease, Contact.id != who),
        select(Property).join(Ownership, Ownership.property_id == Property.id).where(Ownership.contact_id == who),
        select(Task).join(TaskTicket, TaskTicket.task_id == Task.id).where(TaskTicket.ticket_id == ticket.id),
        select(Ticket)
        .where(Ticket.contact_id == who, Ticket.id != ticket.id, tickets_of(actor))
        .order_by(Ticket.last_activity_at.desc())
        .limit(EARLIER),
        select_outside_tasks(ticket),
    )


def person_of(actor: Actor, ticket: Ticket, *found: list[Any]) -> Person:
    """Return the person that was selected."""
    contacts, reached, places, leases, rents, household, owned, tasks, earlier, elsewhere = found
    unit, home = next(iter(places), (None, None))
    return Person(
        contact=next(iter(contacts), None),
        reached=[Reached(*each) for each in sorted(reached, key=lambda each: each[1].id)],
        unit=unit,
        home=home,
        lease=next(iter(leases), None),
        rent=next(iter(rents), None),
        household=sorted(household, key=lambda each: (each.name, each.id)),
        owned=sorted(owned, key=lambda each: (each.name, each.id)),
        tasks=sorted(tasks, key=lambda each: each.id),
        earlier=sorted(earlier, key=lambda each: each.last_activity_at, reverse=True),
        balance_shown=actor.can(Ability.SEE_BALANCES, ticket.company_id),
        elsewhere=sorted(elsewhere, key=lambda each: (each.as_of, each.id), reverse=True),
    )
