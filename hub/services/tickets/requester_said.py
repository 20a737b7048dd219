"""What a ticket becomes by its requester's own word, on a page, by text or in a reply: closed, or a person's again."""

from __future__ import annotations

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.ticket import TicketStatus
from hub.models import Ticket
from hub.services.tickets.history import record


def lock_ticket(desk: Desk, ticket_id: int) -> Ticket:
    """Return a ticket read afresh and locked: who it is from may say two things at once."""
    desk.session.flush()
    locked = select(Ticket).where(Ticket.id == ticket_id).with_for_update().execution_options(populate_existing=True)
    return desk.session.scalars(locked).one()


def close_as_settled(desk: Desk, ticket: Ticket, *, reason: str = "") -> None:
    """Close a ticket whose matter is settled, and take it out of every list of what waits."""
    _move(desk, ticket, TicketStatus.CLOSED, reason)
    ticket.closed_at = desk.clock.now()
    ticket.waiting_since = ticket.snooze_until = None
    ticket.unread = False


def bring_back(desk: Desk, ticket: Ticket, *, opens: bool) -> None:
    """Put a ticket on top of the list, for a person to read; `opens` where its status says that nobody has to."""
    if opens:
        _move(desk, ticket, TicketStatus.OPEN)
    ticket.closed_at = ticket.snooze_until = None
    ticket.wants_person = ticket.unread = True
    ticket.last_activity_at = desk.clock.now()
    ticket.version += 1


def _move(desk: Desk, ticket: Ticket, status: TicketStatus, reason: str = "") -> None:
    before, ticket.status = ticket.status, status
    record(desk, ticket, "status changed", before=before, after=status, reason=reason)
