"""Finding what leaves, for the people who may see it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.delivery import OutboxState
from hub.errors import NotFound, Refused
from hub.models import OutboxRow, Ticket
from hub.services.staff.scope import tickets_of


def find_row(desk: Desk, actor: Actor, outbox_id: UUID) -> OutboxRow:
    """Return a failed row of a ticket this actor may see; raises `NotFound`, and `Refused` for one that did not fail."""
    row = desk.session.scalar(
        select(OutboxRow)
        .join(Ticket, Ticket.id == OutboxRow.ticket_id)
        .where(OutboxRow.id == outbox_id, tickets_of(actor))
        .with_for_update(of=OutboxRow)
    )
    if row is None:
        raise NotFound("There is no such message.")
    if row.state != OutboxState.FAILED:
        raise Refused("It has not failed: there is nothing to try again.")
    return row
