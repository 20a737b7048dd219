"""Messages that cannot be read: parked with their bytes, and a stub ticket that a person sees."""

from __future__ import annotations

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.envelope import EnvelopeState
from hub.domain.ticket import AuthorKind, Priority, TicketStatus
from hub.errors import NotFound
from hub.models import Envelope, Ticket
from hub.services.tickets.history import make_event, record


def withheld(row: Envelope) -> str:
    """Return why only the header of a message came, as a sentence a person can act on; nothing where all of it is here."""
    if size := str(row.facts.get("too_large", "")):
        length = f"{int(size):,} bytes" if size.isdecimal() else "far too much"
        return (
            f"It has {length}, and 50 MB are taken: read it in the mailbox, and ask for its files in several messages."
        )
    if words := str(row.facts.get("unfetched", "")):
        return f"The mail server did not give it out ({words[:200]}): read it in the mailbox itself."
    return ""


def park(desk: Desk, row: Envelope, reason: str, *, sender: str = "") -> Ticket | None:
    """Park an envelope and open its stub ticket once; history gets none."""
    row.state = EnvelopeState.PARKED
    row.reason = reason
    row.lease_until = None
    if row.stub_ticket_id is not None:
        return desk.session.get(Ticket, row.stub_ticket_id)
    if row.history:
        return None
    sender = sender or str(row.facts.get("mail_from") or row.facts.get("from") or "an unknown sender")
    size = str(row.facts.get("too_large") or row.size)
    size = f"{int(size):,}" if size.isdecimal() else size
    now = desk.clock.now()
    ticket = Ticket(
        company_id=row.company_id,
        queue="front-desk",
        status=TicketStatus.NEW,
        priority=Priority.NORMAL,
        subject=f"Message could not be read (from {sender[:300]}, {size} bytes)",
        preview=reason,
        channel=row.channel,
        requester_name=sender,
        unread=True,
        tags=[],
        first_message_at=now,
        last_activity_at=now,
        waiting_since=now,
    )
    desk.session.add(ticket)
    desk.session.flush()
    row.stub_ticket_id = ticket.id
    desk.session.add(make_event(desk, ticket, "parked", by=AuthorKind.MACHINE, name="", envelope=row.id, reason=reason))
    return ticket


def retry(desk: Desk, actor: Actor, envelope_id: int) -> None:
    """Put a parked envelope back in line; the stub ticket closes when it has been read. Raises `NotFound`."""
    row = desk.session.scalar(select(Envelope).where(Envelope.id == envelope_id).with_for_update())
    hidden = row is None or not actor.can(Ability.WORK_TICKETS, row.company_id)
    if row is None or hidden or row.state != EnvelopeState.PARKED:
        raise NotFound("This message is not parked: it may have been read in the meantime.")
    row.state = EnvelopeState.NEW
    row.attempts = 1
    stub = desk.session.get(Ticket, row.stub_ticket_id) if row.stub_ticket_id else None
    if stub is not None:
        record(desk, stub, "retried", actor=actor, envelope=row.id)
    desk.wake("receive")


def settle_stub(desk: Desk, row: Envelope, ticket: Ticket) -> None:
    """Close the stub of an envelope that could be read after all, pointing to the real ticket."""
    stub = desk.session.get(Ticket, row.stub_ticket_id) if row.stub_ticket_id else None
    if stub is None or stub.id == ticket.id:
        return
    stub.status = TicketStatus.CLOSED
    stub.closed_at = desk.clock.now()
    stub.merged_into_id = ticket.id
    record(desk, stub, "read after all", now_on=ticket.id)
