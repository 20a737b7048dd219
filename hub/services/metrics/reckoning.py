"""Due times reckoned again where what they rest on has changed, with the reason in each ticket's history."""

from __future__ import annotations

from sqlalchemy import or_, select

from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.ticket import TicketStatus
from hub.models import Company, Ticket
from hub.services.metrics.clocks import start_clock
from hub.services.settings.configuration import Directory, read_directory
from hub.services.tickets.history import record

DUE_CHANGED = "due changed"
AT_ONCE = 500


def reckon(desk: Desk, directory: Directory, ticket: Ticket, *, reason: str, actor: Actor | None = None) -> bool:
    """Set a ticket's clocks, and note each due time that moved for a reason; returns whether one did."""
    before = dict(ticket.clocks or {})
    start_clock(desk, directory, ticket)
    moved = {
        kind: (before[kind]["due"], clock["due"])
        for kind, clock in ticket.clocks.items()
        if "due" in clock and "due" in before.get(kind, {}) and before[kind]["due"] != clock["due"]
    }
    if not reason or not moved:
        return False
    for kind, (old, new) in moved.items():
        record(desk, ticket, DUE_CHANGED, actor=actor, clock=kind, before=old, after=new, reason=reason)
    return True


def reckon_open_tickets(desk: Desk, actor: Actor, company: Company, *, reason: str) -> int:
    """Set the clocks of a company's open tickets again; returns on how many one moved."""
    desk.session.flush()
    directory = read_directory(desk)
    moved = last = 0
    runs = or_(Ticket.waiting_since.is_not(None), Ticket.clock_next_at.is_not(None))
    while True:
        query = (
            select(Ticket)
            .where(Ticket.company_id == company.id, Ticket.status != TicketStatus.CLOSED, runs, Ticket.id > last)
            .order_by(Ticket.id)
            .limit(AT_ONCE)
            .with_for_update()
        )
        tickets = desk.session.scalars(query).all()
        if not tickets:
            return moved
        moved += sum(reckon(desk, directory, each, reason=reason, actor=actor) for each in tickets)
        desk.session.flush()
        last = tickets[-1].id
