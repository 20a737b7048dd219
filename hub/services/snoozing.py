"""Snoozed tickets come back when their time is over."""

from __future__ import annotations

from sqlalchemy import select

from hub.desk import Desk
from hub.models import Ticket
from hub.services.history import record


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
        ticket.snooze_until = None
        ticket.unread = True
        ticket.version += 1
        record(desk, ticket, "woken", until="")
    return len(rows)
