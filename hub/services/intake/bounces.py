"""Delivery reports: the outbox row they are about has failed, and its ticket says so."""

from __future__ import annotations

from sqlalchemy import select

from channels.message import Kind
from hub.domain.delivery import OutboxState
from hub.domain.ticket import AuthorKind
from hub.models import Identity, OutboxRow, Ticket
from hub.services.failures import return_to_author
from hub.services.history import make_event
from hub.services.intake.batch import Batch, Piece


def apply_bounce(batch: Batch, piece: Piece, ticket: Ticket) -> None:
    """Mark what came back as failed. Only our own random Message-ID counts: a forged report changes nothing."""
    if piece.message.kind is not Kind.BOUNCE or not any(each.permanent for each in piece.message.bounces):
        return
    ids = [each.strip("<>") for each in piece.message.reference_ids]
    rows = batch.desk.session.scalars(
        select(OutboxRow)
        .where(OutboxRow.company_id == ticket.company_id, OutboxRow.rfc_message_id.in_(ids))
        .with_for_update()
    ).all()
    permanent = {each.recipient: each for each in piece.message.bounces if each.permanent}
    for row in rows:
        if row.state in {OutboxState.FAILED, OutboxState.CANCELLED}:
            continue
        bounce = permanent.get(row.recipient) or next(iter(permanent.values()))
        row.state = OutboxState.FAILED
        row.error = f"{row.recipient} refused it: {bounce.reason or bounce.status}"
        sent_on = batch.tickets.get(row.ticket_id or 0)
        if sent_on is not None:
            batch.add(
                make_event(
                    batch.desk,
                    sent_on,
                    "bounced",
                    by=AuthorKind.MACHINE,
                    name="",
                    recipient=row.recipient,
                    reason=row.error,
                )
            )
            return_to_author(batch.desk, sent_on)
        if bounce.status.startswith("5.1."):
            _mark_dead(batch, ticket.company_id, row.recipient)


def _mark_dead(batch: Batch, company_id: int, address: str) -> None:
    identity = batch.desk.session.scalar(
        select(Identity).where(Identity.company_id == company_id, Identity.kind == "email", Identity.value == address)
    )
    if identity is not None:
        identity.dead_since = batch.now
