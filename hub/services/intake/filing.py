"""One message onto one ticket: made, continued, reopened or followed up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.message import Address, InboundMessage, Kind, Trust
from hub.domain.envelope import EnvelopeState
from hub.domain.media import waiting_facts
from hub.domain.reference import hash_id
from hub.domain.ticket import (
    FORMER,
    AuthorKind,
    Continuation,
    Direction,
    Priority,
    TicketState,
    TicketStatus,
    Visibility,
    continue_ticket,
    status_after_inbound,
)
from hub.models import Attachment, Contact, Message, MessageReference, Ticket
from hub.services.intake.accept import clean_text
from hub.services.intake.batch import Batch
from hub.services.intake.piece import SUSPECTED, Piece
from hub.services.intake.senders import find_sender, may_link
from hub.services.intake.threads import Match, changed_subject, find_match, other_tickets
from hub.services.intake.writing import make_row
from hub.services.tickets.search import search_values

PREVIEW = 160
SUBJECT = 998
QUIET_KINDS = frozenset({Kind.AUTO_REPLY, Kind.BOUNCE, Kind.COMPLAINT, Kind.RECEIPT})


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of an envelope: as `hub accept` reports it."""

    outcome: str
    ticket: Ticket
    message: Message
    contact: Contact | None


def file_piece(batch: Batch, piece: Piece, named: int | None) -> Filed:
    """Put one message on the ticket it belongs to and keep every look-up of the batch true."""
    sender = find_sender(batch, piece)
    match = find_match(batch, piece, sender, named)
    blocked = piece.sender is not None and (piece.row.company_id, piece.sender.value) in batch.blocked
    ticket, outcome = _place(batch, piece, sender, match, blocked=blocked)
    message = _write_message(batch, piece, ticket, sender, match)
    _stir(batch, piece, ticket, message, outcome)
    _remember(batch, piece, ticket, message, sender)
    batch.settle(piece, EnvelopeState.SUPPRESSED if blocked else EnvelopeState.DONE, message.id)
    return Filed("suppressed" if blocked else outcome, ticket, message, sender)


def _place(
    batch: Batch, piece: Piece, sender: Contact | None, match: Match | None, *, blocked: bool
) -> tuple[Ticket, str]:
    """Return the ticket to write on, and whether it was created or appended to."""
    if match is None:
        return _open_ticket(batch, piece, sender, follow_up_of=None, quarantined=blocked), "created"
    state = TicketState(TicketStatus(match.ticket.status), match.ticket.closed_at)
    stirs = _stirs(piece) and not piece.row.history
    continuation = continue_ticket(state, at=batch.now) if stirs else Continuation.APPEND
    if continuation is Continuation.FOLLOW_UP:
        return _open_ticket(batch, piece, sender, follow_up_of=match.ticket, quarantined=blocked), "created"
    if continuation is Continuation.REOPEN:
        match.ticket.status = TicketStatus.OPEN
        match.ticket.closed_at = None
        batch.note(match.ticket, "reopened", by=AuthorKind.CONTACT, name=match.ticket.requester_name)
    return match.ticket, "appended"


def _open_ticket(
    batch: Batch, piece: Piece, sender: Contact | None, *, follow_up_of: Ticket | None, quarantined: bool
) -> Ticket:
    home = batch.homes.get(sender.id) if sender else None
    address = piece.sender.value if piece.sender else ""
    ticket = make_row(
        Ticket,
        id=batch.take_id("tickets"),
        company_id=piece.row.company_id,
        contact_id=sender.id if sender else None,
        unit_id=home.unit_id if home else None,
        property_id=home.property_id if home else None,
        queue="front-desk",
        status=TicketStatus.CLOSED if piece.row.history else TicketStatus.NEW,
        priority=Priority.NORMAL,
        subject=subject_of(piece.message),
        channel=piece.row.channel,
        language="",
        requester_name=(sender.name if sender else "")
        or (piece.sender.name if piece.sender else "")
        or address
        or "Unknown sender",
        requester_role=_role_of(batch, sender),
        unit_label=home.label if home else "",
        history=piece.row.history,
        quarantined=quarantined,
        unread=not piece.row.history,
        tags=[],
        created_at=batch.now,
        first_message_at=None if piece.row.history else batch.now,
        last_activity_at=_when(piece) if piece.row.history else batch.now,
        closed_at=batch.now if piece.row.history else None,
        follow_up_of_id=follow_up_of.id if follow_up_of else None,
        emergency=False,
        version=1,
    )
    batch.add(ticket)
    batch.tickets[ticket.id] = ticket
    if sender:
        batch.latest[sender.id, piece.row.channel] = ticket.id
    facts = {"follow_up_of": follow_up_of.id} if follow_up_of else {}
    name = ticket.requester_name
    batch.note(ticket, "created", by=AuthorKind.CONTACT, name=name, channel=ticket.channel, **facts)
    return ticket


def _role_of(batch: Batch, sender: Contact | None) -> str:
    """Return what a sender is to the company today; somebody who moved out is a former resident, whatever is kept of them."""
    if sender is None:
        return ""
    if sender.id in batch.former:
        return FORMER
    home = batch.homes.get(sender.id)
    return sender.role or (home.role if home else "")


def _write_message(batch: Batch, piece: Piece, ticket: Ticket, sender: Contact | None, match: Match | None) -> Message:
    parsed = piece.message
    known = bool(parsed.message_id) and (piece.row.company_id, hash_id(parsed.message_id)) in batch.references
    facts: dict[str, Any] = {
        "to": _names(parsed.to),
        "cc": _names(parsed.cc),
        "reply_to": _names(parsed.reply_to),
        "defects": list(parsed.defects),
        "threaded_by": match.how if match else "",
        "stranger": bool(match and match.stranger),
        "changed_subject": bool(match and changed_subject(match.ticket, parsed.subject)),
        "same_message_id": known,
        "former_resident": bool(sender and sender.id in batch.former),
    }
    if piece.row.facts.get("late"):
        facts["late"] = True
    if piece.hidden_text:
        facts["hidden_text"] = True
    if piece.suspected is not None:
        facts[SUSPECTED] = str(piece.suspected.kind)
    if others := other_tickets(batch, piece, ticket):
        facts["other_tickets"] = others
    if parsed.message_id:
        facts["message_id"] = clean_text(parsed.message_id)
        facts["references"] = [clean_text(each) for each in parsed.reference_ids[:20]]
    if parsed.forwarded:
        facts["forwarded"] = {"address": parsed.forwarded.sender.value, "name": parsed.forwarded.sender.name}
    if parsed.media:
        links = [(clean_text(each.url), clean_text(each.content_type)) for each in parsed.media]
        facts |= waiting_facts(links, batch.now)
        batch.desk.wake("media")
    message = make_row(
        Message,
        id=batch.take_id("messages"),
        company_id=ticket.company_id,
        ticket_id=ticket.id,
        direction=Direction.IN,
        visibility=Visibility.PUBLIC,
        channel=piece.row.channel,
        kind=parsed.kind,
        author_kind=AuthorKind.MACHINE if parsed.kind in QUIET_KINDS else AuthorKind.CONTACT,
        author_name=clean_text((sender.name if sender else "") or (parsed.sender.name if parsed.sender else "")),
        author_address=clean_text(parsed.sender.value if parsed.sender else ""),
        contact_id=sender.id if sender else None,
        subject=clean_text(parsed.subject[:SUBJECT]),
        text=clean_text(parsed.text),
        reply_text=clean_text(parsed.reply_text or parsed.text),
        safe_html=piece.safe_html,
        trust=Trust.UNVERIFIED if match and match.stranger else parsed.trust,
        language=piece.language,
        sent_at=parsed.sent_at,
        may_answer=_may_answer(batch, piece),
        history=piece.row.history,
        triaged_at=batch.now if piece.row.history else None,
        facts=facts,
        created_at=_when(piece) if piece.row.history else batch.now,
    )
    batch.add(message)
    for each, name in zip(parsed.attachments, piece.files, strict=True):
        batch.put(
            Attachment,
            {
                "company_id": ticket.company_id,
                "message_id": message.id,
                "sha256": name,
                "name": clean_text(each.name),
                "content_type": each.content_type,
                "declared_type": clean_text(each.declared_type)[:200],
                "disposition": each.disposition,
                "content_id": clean_text(each.content_id),
                "size": len(each.data),
            },
        )
    batch.searches.append(search_values(ticket, message, names=[each.name for each in parsed.attachments]))
    return message


def _stir(batch: Batch, piece: Piece, ticket: Ticket, message: Message, outcome: str) -> None:
    """Make the ticket's list columns say what the message changed."""
    if piece.row.history:
        return
    stirs = _stirs(piece)
    ticket.status = status_after_inbound(TicketStatus(ticket.status), stirs=stirs)
    ticket.preview = " ".join(message.reply_text.split())[:PREVIEW]
    ticket.last_activity_at = batch.now
    ticket.last_inbound_id = message.id
    ticket.language = ticket.language or message.language
    ticket.version += 1
    if stirs:
        ticket.unread = True
        ticket.snooze_until = None
        ticket.waiting_since = ticket.waiting_since or batch.now
    kind = "message received" if outcome == "appended" else "first message"
    by, name = AuthorKind(message.author_kind), message.author_name
    batch.note(ticket, kind, by=by, name=name, message_id=message.id, channel=message.channel)


def _stirs(piece: Piece) -> bool:
    """Tell whether somebody has to look at a ticket because of a message."""
    return piece.message.kind not in QUIET_KINDS and not piece.quiet


def _remember(batch: Batch, piece: Piece, ticket: Ticket, message: Message, sender: Contact | None) -> None:
    """Keep the Message-ID it came with, and this envelope as the first of its kind."""
    company_id = piece.row.company_id
    if piece.message.message_id:
        known = hash_id(piece.message.message_id)
        batch.put(
            MessageReference,
            {
                "company_id": company_id,
                "id_hash": known,
                "message_id": message.id,
                "ticket_id": ticket.id,
                "sent": False,
            },
        )
        batch.references.setdefault((company_id, known), ticket.id)
    batch.same_content.setdefault((company_id, piece.row.content_key), {})[piece.row.source] = piece.row.id
    if piece.delivery_key:
        batch.same_delivery[company_id, piece.delivery_key] = piece.row.id
    if sender:
        batch.participants.setdefault(ticket.id, set())


def subject_of(parsed: InboundMessage) -> str:
    """Return the subject of a ticket: the mail's, else the first words."""
    words = " ".join((parsed.subject or parsed.reply_text or parsed.text).split())
    return clean_text(words[: 120 if not parsed.subject else SUBJECT]) or "(no subject)"


def _may_answer(batch: Batch, piece: Piece) -> bool:
    waits_for_people = piece.row.history or piece.row.facts.get("unrouted")
    if waits_for_people or piece.sender is None:
        return False
    own = batch.directory.is_own(piece.row.channel, piece.sender.value)
    genuine = piece.message.kind is Kind.PERSONAL and may_link(piece.message)
    return piece.message.may_answer and genuine and not own


def _when(piece: Piece) -> datetime:
    return piece.message.sent_at or piece.row.received_at


def _names(addresses: tuple[Address, ...]) -> list[dict[str, str]]:
    return [{"address": clean_text(each.value), "name": clean_text(each.name)} for each in addresses[:100]]
