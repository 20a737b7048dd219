"""What happens when something could not be delivered: its ticket comes back to whoever wrote it, with the reason."""

from __future__ import annotations

from hub.desk import Desk
from hub.domain.notification import Notice
from hub.domain.ticket import TicketStatus
from hub.models import Ticket
from hub.services.inbox.notifications import notify
from hub.services.metrics.clocks import start_clock
from hub.services.settings.configuration import Directory


def return_to_author(desk: Desk, directory: Directory, ticket: Ticket, author_id: int | None) -> None:
    """Reopen a ticket whose answer did not arrive: unread, waiting, with its assignee or else whoever wrote the answer."""
    ticket.status = TicketStatus.OPEN
    ticket.closed_at = None
    ticket.snooze_until = None
    ticket.unread = True
    ticket.assignee_id = ticket.assignee_id or author_id
    ticket.waiting_since = ticket.waiting_since or desk.clock.now()
    ticket.last_activity_at = desk.clock.now()
    ticket.version += 1
    start_clock(desk, directory, ticket)
    notify(desk, ticket, author_id or ticket.assignee_id, Notice.FAILED, f"v{ticket.version}", by=ticket.requester_name)
