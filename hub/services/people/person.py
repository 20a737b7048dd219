"""Who a ticket is with: the person, their home, lease, money, open work and earlier tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.order import OPEN_STATES, OrderState
from hub.domain.task import OPEN_STATES as TASK_OPEN_STATES
from hub.models import (
    Contact,
    Identity,
    Lease,
    LeaseParty,
    Order,
    OutsideTask,
    Ownership,
    Property,
    Rent,
    Task,
    TaskTicket,
    Ticket,
    Unit,
)
from hub.services.operations.outside_tasks import select_outside_tasks
from hub.services.sending.answer_target import Reached, select_reached
from hub.services.staff.scope import own_companies, tickets_of
from hub.services.together import Question, read_together

EARLIER = 6
NOBODY = 0  # no row has this number: without it, NULL would find everything that has none
MOST_WORK = 20
MOST_VACANT = 50


@dataclass(frozen=True, slots=True)
class OfHome:
    """An earlier ticket of the same home; `private` where it is of somebody who lives there no more: their words are not ours."""

    ticket: Ticket
    private: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Everything the person panel shows; `balance_shown` is false where the actor may not see money owed.

    `reached` are the addresses of everybody who takes part in the ticket, the requester's among them. `tasks` are the ticket's,
    `other_tasks` what is open for the person's other tickets and in their home. `vacant` are the homes of what they own that
    nobody rents, `approvals` the orders there that wait for a word on money, `orders` those a craftsman has to do.
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
    other_tasks: Sequence[Task] = ()
    of_home: Sequence[OfHome] = ()
    vacant: Sequence[str] = ()
    approvals: Sequence[Order] = ()
    orders: Sequence[Order] = ()

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
    who = ticket.contact_id or NOBODY
    newest_lease = (
        select(Lease.id)
        .join(LeaseParty, LeaseParty.lease_id == Lease.id)
        .where(LeaseParty.contact_id == who, Lease.starts_on <= today, _running(today))
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
        select(Property).where(Property.id.in_(select(Ownership.property_id).where(_owns(who, today)))),
        select(Task).join(TaskTicket, TaskTicket.task_id == Task.id).where(TaskTicket.ticket_id == ticket.id),
        select(Ticket)
        .where(Ticket.contact_id == who, Ticket.id != ticket.id, tickets_of(actor))
        .order_by(Ticket.last_activity_at.desc())
        .limit(EARLIER),
        select_outside_tasks(ticket),
        _select_other_tasks(actor, ticket),
        _select_of_home(actor, ticket, today),
        _select_vacant(who, today),
        _select_approvals(actor, who, today),
        select(Order)
        .where(Order.craftsman_id == who, Order.state.in_(OPEN_STATES), _board(actor, Order))
        .order_by(Order.id.desc())
        .limit(MOST_WORK),
    )


def _select_other_tasks(actor: Actor, ticket: Ticket) -> Question:
    """Select the open tasks of the person's other tickets and of their home."""
    theirs = (
        select(TaskTicket.task_id)
        .join(Ticket, Ticket.id == TaskTicket.ticket_id)
        .where(Ticket.contact_id == (ticket.contact_id or NOBODY), tickets_of(actor))
    )
    own = select(TaskTicket.task_id).where(TaskTicket.ticket_id == ticket.id)
    return (
        select(Task)
        .where(
            Task.state.in_(TASK_OPEN_STATES),
            or_(Task.id.in_(theirs), Task.unit_id == (ticket.unit_id or NOBODY)),
            Task.id.not_in(own),
            _board(actor, Task),
        )
        .order_by(Task.id.desc())
        .limit(MOST_WORK)
    )


def _select_of_home(actor: Actor, ticket: Ticket, today: date) -> Question:
    """Select the earlier tickets of others in the same home, and whether whoever wrote each still belongs to it."""
    lives_there = (
        exists()
        .where(Lease.unit_id == Ticket.unit_id, LeaseParty.lease_id == Lease.id)
        .where(LeaseParty.contact_id == Ticket.contact_id, Lease.starts_on <= today, _running(today))
    )
    owns_it = exists().where(
        Ownership.property_id == Ticket.property_id,
        Ownership.contact_id == Ticket.contact_id,
        or_(Ownership.unit_id.is_(None), Ownership.unit_id == Ticket.unit_id),
        _at_the_time(today),
    )
    newest = (
        select(Ticket.id)
        .where(
            Ticket.unit_id == (ticket.unit_id or NOBODY),
            Ticket.contact_id.is_distinct_from(ticket.contact_id),
            Ticket.id != ticket.id,
            tickets_of(actor),
        )
        .order_by(Ticket.last_activity_at.desc())
        .limit(EARLIER)
    )
    return select(Ticket, or_(lives_there, owns_it).label("belongs")).where(Ticket.id.in_(newest))


def _select_vacant(who: int, today: date) -> Question:
    """Select the homes of what somebody owns that nobody rents."""
    rented = exists().where(Lease.unit_id == Unit.id, Lease.starts_on <= today, _running(today))
    owned = exists().where(
        Ownership.property_id == Unit.property_id,
        or_(Ownership.unit_id.is_(None), Ownership.unit_id == Unit.id),
        _owns(who, today),
    )
    place = func.concat(Property.name, " ", Unit.label).label("place")
    return (
        select(place)
        .select_from(Unit)
        .join(Property, Property.id == Unit.property_id)
        .where(owned, not_(rented))
        .order_by(place)
        .limit(MOST_VACANT)
    )


def _select_approvals(actor: Actor, who: int, today: date) -> Question:
    """Select the orders for what somebody owns in which more work waits for a word on what it costs."""
    mine = select(Ownership.property_id).where(_owns(who, today))
    return (
        select(Order)
        .join(Task, Task.id == Order.task_id)
        .where(Task.property_id.in_(mine), Order.state == OrderState.MORE_WORK, _board(actor, Order))
        .order_by(Order.id.desc())
        .limit(MOST_WORK)
    )


def _owns(who: int, today: date) -> ColumnElement[bool]:
    return and_(Ownership.contact_id == who, _at_the_time(today))


def _at_the_time(today: date) -> ColumnElement[bool]:
    begun = or_(Ownership.starts_on.is_(None), Ownership.starts_on <= today)
    return and_(begun, or_(Ownership.ends_on.is_(None), Ownership.ends_on > today))


def _running(today: date) -> ColumnElement[bool]:
    return or_(Lease.ends_on.is_(None), Lease.ends_on > today)


def _board(actor: Actor, model: type[Task | Order]) -> ColumnElement[bool]:
    return own_companies(actor, model, ability=Ability.SEE_BOARD)


def person_of(actor: Actor, ticket: Ticket, *found: list[Any]) -> Person:
    """Return the person that was selected."""
    contacts, reached, places, leases, rents, household, owned, tasks, earlier, elsewhere, *more = found
    other_tasks, of_home, vacant, approvals, orders = more
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
        other_tasks=sorted(other_tasks, key=lambda each: each.id),
        of_home=sorted(
            (OfHome(each, private=not belongs) for each, belongs in of_home),
            key=lambda each: each.ticket.last_activity_at,
            reverse=True,
        ),
        vacant=sorted(vacant),
        approvals=sorted(approvals, key=lambda each: each.id),
        orders=sorted(orders, key=lambda each: each.id),
    )
