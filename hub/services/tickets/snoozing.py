"""Snoozed tickets come back when their time is over, or what they wait for has happened; an answer wakes any of them."""

from __future__ import annotations

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.snooze import Snooze
from hub.models import Ticket
from hub.services.tickets.history import record


def wake_due(desk: Desk, *, limit: int = 200) -> int:
    """Wake the tickets whose snooze is over and return how many."""
    rows = desk.session.scalars(
        select(Ticket)
        .where(Ticket.snooze_until <= desk.clock.now())
        .order_by(Ticket.snooze_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for ticket in rows:
        _wake(desk, ticket)
    return len(rows)


def wake_for_task(desk: Desk, ticket: Ticket) -> None:
    """Wake a ticket that sleeps until a task of it changes."""
    if ticket.snooze_until is not None and ticket.snoozed_for == Snooze.TASK:
        _wake(desk, ticket)


def _wake(desk: Desk, ticket: Ticket) -> None:
    ticket.snooze_until = None
    ticket.snoozed_for = ""
    ticket.unread = True
    ticket.clock_next_at = desk.clock.now()  # what was paused runs on
    ticket.version += 1
    record(desk, ticket, "woken", until="")
