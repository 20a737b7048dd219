"""Due times reckoned again where what they rest on has changed, with the reason in each ticket's history."""

from __future__ import annotations

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Actor
from hub.models import Company, Ticket
from hub.services.clocks import start_clock
from hub.services.configuration import Directory, read_directory
from hub.services.history import record

DUE_CHANGED = "due changed"
AT_ONCE = 500


def reckon(desk: Desk, directory: Directory, ticket: Ticket, *, reason: str, actor: Actor | None = None) -> bool:
    """Set when an answer is due, and note a due time that moved while somebody waits; returns whether one did."""
    before = ticket.due_at
    start_clock(directory, ticket)
    if before is None or ticket.due_at is None or before == ticket.due_at:
        return False
    facts = {"before": before.isoformat(), "after": ticket.due_at.isoformat(), "reason": reason}
    record(desk, ticket, DUE_CHANGED, actor=actor, **facts)
    return True


def reckon_open_tickets(desk: Desk, actor: Actor, company: Company, *, reason: str) -> int:
    """Set again when answers are due on a company's tickets on which somebody waits; returns how many moved."""
    desk.session.flush()
    directory = read_directory(desk)
    moved = last = 0
    while True:
        query = (
            select(Ticket)
            .where(Ticket.company_id == company.id, Ticket.waiting_since.is_not(None), Ticket.id > last)
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
