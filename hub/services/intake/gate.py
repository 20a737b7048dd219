"""The emergency gate at the door: rules run as soon as a message is filed, before triage and whatever the backlog."""

from __future__ import annotations

from channels.message import Kind
from classifiers.emergencies import check
from hub.domain.ticket import AuthorKind, Direction, Priority, raise_priority
from hub.models import Message, Ticket
from hub.services.intake.batch import Batch


def check_emergency(batch: Batch, ticket: Ticket, message: Message) -> bool:
    """Raise a ticket to an emergency when the message's own words say so; quoted history and machine mail do not."""
    if message.direction != Direction.IN or message.kind != Kind.PERSONAL or message.history:
        return False
    found = check(
        f"{message.subject}\n{message.reply_text}" if ticket.last_inbound_id == message.id else message.reply_text
    )
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
