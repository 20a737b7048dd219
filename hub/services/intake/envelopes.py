"""What arrived, for those who may see what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.envelope import EnvelopeState
from hub.errors import Forbidden, NotFound
from hub.models import Envelope, Message, Ticket
from hub.services.intake.parking import retry
from hub.services.pages import LARGEST
from hub.services.staff.scope import own_companies, scope, tickets_of

NOT_FILED_YET: ColumnElement[str] = literal_column("'front-desk'")


@dataclass(frozen=True, slots=True)
class Arrived:
    """An envelope, and the ticket that its message is on."""

    envelope: Envelope
    ticket_id: int | None


def find_envelope(desk: Desk, actor: Actor, envelope_id: int) -> Arrived:
    """Return an envelope whose ticket an actor may see, a duplicate's through its first; raises `NotFound`.

    One that is on no ticket yet is for those who see the front desk, where it will land.
    """
    first = aliased(Envelope)
    unfiled = scope(actor, Envelope.company_id, queue=NOT_FILED_YET)  # type: ignore[arg-type]  # a queue as any column
    found = (
        desk.session.execute(
            select(Envelope, Ticket.id)
            .outerjoin(first, first.id == Envelope.duplicate_of_id)
            .outerjoin(Message, Message.id == func.coalesce(Envelope.message_id, first.message_id))
            .outerjoin(Ticket, Ticket.id == func.coalesce(Message.ticket_id, Envelope.stub_ticket_id))
            .where(
                Envelope.id == envelope_id,
                own_companies(actor, Envelope),
                or_(tickets_of(actor), Ticket.id.is_(None) & unfiled),
            )
        ).one_or_none()
        if 0 < envelope_id <= LARGEST
        else None
    )
    if found is None:
        raise NotFound(f"There is no envelope {envelope_id}.")
    return Arrived(found[0], found[1])


def find_parked(desk: Desk, ticket: Ticket) -> Envelope | None:
    """Return the unreadable envelope that a ticket stands for."""
    return desk.session.scalar(
        select(Envelope).where(Envelope.stub_ticket_id == ticket.id, Envelope.state == EnvelopeState.PARKED).limit(1)
    )


def read_raw(desk: Desk, envelope: Envelope) -> bytes:
    """Return the bytes as they came; raises `NotFound` when storage lost them."""
    return envelope.raw if envelope.raw is not None else desk.storage.get(envelope.raw_sha256 or "")


def retry_envelope(desk: Desk, actor: Actor, envelope_id: int) -> Arrived:
    """Have a parked envelope read again; raises `NotFound` and `Forbidden`."""
    found = find_envelope(desk, actor, envelope_id)
    if not actor.can(Ability.WORK_TICKETS, found.envelope.company_id):
        raise Forbidden("Your role may read this message but not have it read again.")
    retry(desk, actor, envelope_id)
    return found
