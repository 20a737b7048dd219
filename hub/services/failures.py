"""What happens when something could not be delivered: its ticket comes back to whoever wrote it, with the reason."""

from __future__ import annotations

from hub.desk import Desk
from hub.domain.ticket import TicketStatus
from hub.models import Ticket


def return_to_author(desk: Desk, ticket: Ticket) -> None:
    """Reopen a ticket whose reply did not arrive: it stays with its assignee, unread and waiting."""
    ticket.status = TicketStatus.OPEN
    ticket.closed_at = None
    ticket.snooze_until = None
    ticket.unread = True
    ticket.waiting_since = ticket.waiting_since or desk.clock.now()
    ticket.last_activity_at = desk.clock.now()
    ticket.version += 1
