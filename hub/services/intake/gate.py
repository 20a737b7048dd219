"""The emergency gate at the door: rules run as soon as a message is filed, before triage and whatever the backlog."""

from __future__ import annotations

from hub.domain.ticket import AuthorKind, Priority, raise_priority
from hub.models import Message, Ticket
from hub.services.intake.batch import Batch
from hub.services.intake.piece import Piece


def check_emergency(batch: Batch, piece: Piece, ticket: Ticket, message: Message) -> bool:
    """Raise a ticket to an emergency when the message's own words say so."""
    found = piece.danger
    if found is None:
        return False
    known = ticket.emergency and ticket.emergency_kind == found.kind
    ticket.emergency = True
    ticket.emergency_kind = found.kind
    ticket.priority = raise_priority(Priority(ticket.priority), Priority.URGENT)
    ticket.queue = found.queue
    if known:  # told once; whether people are paged again is decided by the time that has passed
        return True
    kind, words = str(found.kind), list(found.evidence)
    batch.note(ticket, "emergency", by=AuthorKind.MACHINE, message_id=message.id, emergency=kind, words=words)
    return True
