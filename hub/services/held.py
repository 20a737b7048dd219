"""What machines would have said to messages that lay unfetched for more than a day: it waits for one click of a person."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.delivery import OutboxState, patience
from hub.models import OutboxRow, Ticket
from hub.services.scope import tickets_of

MOST = 500


def count_held(desk: Desk, actor: Actor) -> int:
    """Return how many messages wait that this actor may let go."""
    query = select(func.count()).select_from(OutboxRow).join(Ticket, Ticket.id == OutboxRow.ticket_id)
    held = (OutboxRow.state == OutboxState.HELD, tickets_of(actor, ability=Ability.WRITE_TO_PEOPLE))
    return desk.session.scalar(query.where(*held)) or 0


def list_held(desk: Desk, actor: Actor, *, lock: bool = False) -> Sequence[OutboxRow]:
    """Return the messages that wait, oldest first."""
    query = (
        select(OutboxRow)
        .join(Ticket, Ticket.id == OutboxRow.ticket_id)
        .where(OutboxRow.state == OutboxState.HELD, tickets_of(actor, ability=Ability.WRITE_TO_PEOPLE))
        .order_by(OutboxRow.position)
        .limit(MOST)
    )
    return desk.session.scalars(query.with_for_update(of=OutboxRow) if lock else query).all()


def release_held(desk: Desk, actor: Actor) -> int:
    """Let all of them go and return how many."""
    rows = list_held(desk, actor, lock=True)
    now = desk.clock.now()
    for row in rows:
        row.state = OutboxState.PENDING
        row.next_at = now
        row.give_up_at = now + patience(row.channel)
    desk.wake("send")
    return len(rows)


def discard_held(desk: Desk, actor: Actor) -> int:
    """Cancel all of them and return how many."""
    rows = list_held(desk, actor, lock=True)
    for row in rows:
        row.state = OutboxState.CANCELLED
        row.error = "Discarded: it would have come too late."
    return len(rows)
