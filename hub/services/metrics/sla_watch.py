"""Promises whose time has come: warned of, then noted as missed and escalated, whoever is or is not looking."""

from __future__ import annotations

from sqlalchemy import select

from hub.desk import Desk
from hub.models import Ticket
from hub.services.metrics.clocks import start_clock
from hub.services.settings.configuration import read_directory


def watch_clocks(desk: Desk, *, limit: int = 200) -> int:
    """Look again at tickets with a clock near or past its end; returns how many there were."""
    tickets = desk.session.scalars(
        select(Ticket)
        .where(Ticket.clock_next_at < desk.clock.now())
        .order_by(Ticket.clock_next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    directory = read_directory(desk) if tickets else None
    for ticket in tickets:
        assert directory is not None
        start_clock(desk, directory, ticket)
        ticket.version += 1
    return len(tickets)
