"""What waits for one click of a person: words of machines to mail that lay unfetched, and all that a restored desk may have sent."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.delivery import OutboxState, Purpose, patience
from hub.models import OutboxRow, Ticket
from hub.services.staff.scope import own_companies, tickets_of

MOST = 500
EXPIRED = "Dropped: a sign-in link works for 15 minutes only. Whoever still wants one asks for another."


def select_held_count(actor: Actor) -> Select[int]:
    """Select how many messages wait that an actor may let go."""
    query = select(func.count().label("waiting")).select_from(OutboxRow)
    return query.outerjoin(Ticket, Ticket.id == OutboxRow.ticket_id).where(*_waiting(actor))


def list_held(desk: Desk, actor: Actor, *, lock: bool = False) -> Sequence[OutboxRow]:
    """Return the messages that wait, oldest first; sign-in links are none, for nobody can use them any more."""
    joined = select(OutboxRow).outerjoin(Ticket, Ticket.id == OutboxRow.ticket_id)
    query = joined.where(*_waiting(actor)).order_by(OutboxRow.position).limit(MOST)
    return desk.session.scalars(query.with_for_update(of=OutboxRow) if lock else query).all()


def release_held(desk: Desk, actor: Actor) -> int:
    """Let all of them go and return how many."""
    rows = list_held(desk, actor, lock=True)
    now = desk.clock.now()
    for row in rows:
        row.state = OutboxState.PENDING
        row.error = ""
        row.next_at = now
        row.give_up_at = now + patience(row.channel)
    _drop_links(desk, actor)
    desk.wake("send")
    return len(rows)


def discard_held(desk: Desk, actor: Actor) -> int:
    """Cancel all of them and return how many."""
    rows = list_held(desk, actor, lock=True)
    for row in rows:
        row.state = OutboxState.CANCELLED
        row.error = "Discarded: it would have come too late."
    _drop_links(desk, actor)
    return len(rows)


def _waiting(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of a row that waits, on a ticket the actor may answer on or on no ticket of their companies."""
    on_their_ticket = and_(Ticket.id.is_not(None), tickets_of(actor, ability=Ability.WRITE_TO_PEOPLE))
    return (
        OutboxRow.state == OutboxState.HELD,
        OutboxRow.purpose != Purpose.SIGN_IN,
        or_(on_their_ticket, _of_no_ticket(actor)),
    )


def _of_no_ticket(actor: Actor) -> ColumnElement[bool]:
    return and_(OutboxRow.ticket_id.is_(None), own_companies(actor, OutboxRow, ability=Ability.WRITE_TO_PEOPLE))


def _drop_links(desk: Desk, actor: Actor) -> None:
    """Cancel the sign-in links that were held: they have long stopped working."""
    links = (OutboxRow.state == OutboxState.HELD, OutboxRow.purpose == Purpose.SIGN_IN, _of_no_ticket(actor))
    desk.session.execute(update(OutboxRow).where(*links).values(state=OutboxState.CANCELLED, error=EXPIRED))
