"""Promises by the clock: when an answer is due."""

from __future__ import annotations

from hub.domain.business_hours import ALWAYS, add_business_time
from hub.domain.sla import promise_for
from hub.domain.ticket import Priority
from hub.models import Ticket
from hub.services.configuration import Directory


def start_clock(directory: Directory, ticket: Ticket) -> None:
    """Set when an answer is due, from the message that has waited longest; stop it where nobody waits."""
    if ticket.waiting_since is None:
        ticket.due_at = None
        return
    promise = promise_for(Priority(ticket.priority))
    calendar = directory.calendar_of(ticket.company_id, ticket.queue) if promise.business else ALWAYS
    ticket.due_at = add_business_time(calendar, ticket.waiting_since, promise.amount)
