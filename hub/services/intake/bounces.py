"""Delivery reports: the outbox row they are about has failed, and its ticket says so."""

from __future__ import annotations

from sqlalchemy import select

from channels.message import Kind
from hub.domain.delivery import OutboxState, Purpose
from hub.domain.ticket import AuthorKind, TicketStatus
from hub.models import Identity, Message, OutboxRow, Ticket
from hub.services.intake.batch import Batch
from hub.services.intake.piece import Piece
from hub.services.sending.failures import return_to_author


def apply_bounce(batch: Batch, piece: Piece, ticket: Ticket) -> None:
    """Mark what came back as failed. Only our own random Message-ID counts: a forged report changes nothing."""
    permanent = {each.recipient.lower(): each for each in piece.message.bounces if each.permanent}
    if piece.message.kind is not Kind.BOUNCE or not permanent:
        return
    ids = [each.strip("<>") for each in piece.message.reference_ids]
    rows = batch.desk.session.scalars(
        select(OutboxRow)
        .where(OutboxRow.company_id == ticket.company_id, OutboxRow.rfc_message_id.in_(ids))
        .with_for_update()
    ).all()
    for row in rows:
        if row.state in {OutboxState.FAILED, OutboxState.CANCELLED}:
            continue
        ours = row.recipient.split(", ")
        address = next((each for each in ours if each in permanent), ours[0])
        bounce = permanent.get(address) or next(iter(permanent.values()))
        row.state = OutboxState.FAILED
        row.error = f"{address} refused it: {bounce.reason or bounce.status}"
        _show(batch, row, address)
        if bounce.status.startswith("5.1."):
            _mark_dead(batch, ticket.company_id, address)


def _show(batch: Batch, row: OutboxRow, address: str) -> None:
    """Say on its ticket what came back; where people wait for it, the ticket returns to whoever wrote it."""
    ticket = batch.tickets.get(row.ticket_id or 0)
    if ticket is None:
        return
    batch.note(ticket, "bounced", by=AuthorKind.MACHINE, recipient=address, reason=row.error)
    waits_for_it = row.purpose == Purpose.ANSWER and ticket.status == TicketStatus.PENDING
    if row.purpose == Purpose.REPLY or waits_for_it:
        message = batch.desk.session.get(Message, row.message_id) if row.message_id else None
        return_to_author(batch.desk, batch.directory, ticket, message.agent_id if message else None)


def _mark_dead(batch: Batch, company_id: int, address: str) -> None:
    identity = batch.desk.session.scalar(
        select(Identity).where(Identity.company_id == company_id, Identity.kind == "email", Identity.value == address)
    )
    if identity is not None:
        identity.dead_since = batch.now
