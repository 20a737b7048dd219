"""Which ticket a message continues, and by what right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from channels.email.threads import ReplyToken, parse_token, read_token
from hub.desk import Desk
from hub.models import Contact, Ticket
from hub.services.intake.batch import MACHINE_KINDS, THREADED, Batch
from hub.services.intake.piece import Piece

NUMBER_IN_SUBJECT = re.compile(r"\[#(\d{1,12})\]")
SUBJECT_PREFIX = re.compile(r"^(?:\s*(?:re|aw|fwd?|wg|sv|antw|rv|tr)\s*(?:\[\d+\])?\s*:)+\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Match:
    """The ticket a message continues; `stranger` when its sender takes no part in it and only the token speaks for them."""

    ticket: Ticket
    how: str
    stranger: bool = False


def tickets_in_tokens(pieces: list[Piece]) -> set[int]:
    """Return the ticket numbers that reply addresses name, not checked yet: checking needs the tickets' people."""
    words = (parse_token(word) for piece in pieces for word in piece.message.reply_tokens)
    return {each.ticket_number for each in words if each is not None}


def genuine_tokens(batch: Batch, piece: Piece) -> list[ReplyToken]:
    """Return the reply tokens that were really given to the sender, or to somebody who takes part in the ticket they name."""
    keys = batch.desk.vault.keys("reply token") if piece.message.reply_tokens else ()
    sender = {piece.sender.value} if piece.sender else set()
    found = []
    for word in piece.message.reply_tokens:
        named = parse_token(word)
        if named is not None:
            token = read_token(keys, word, sorted(sender | batch.addresses.get(named.ticket_number, set())))
            found += [token] if token else []
    return found


def numbers_named(pieces: list[Piece]) -> set[int]:
    """Return the ticket numbers that subjects name; whether they count is decided later."""
    return {int(each) for piece in pieces for each in NUMBER_IN_SUBJECT.findall(piece.message.subject)}


def portal_tickets(desk: Desk, pieces: list[Piece]) -> dict[int, int]:
    """Return the ticket each signed-in portal message names by its public id, by envelope."""
    named = {piece.row.id: piece.message.extra["ticket"] for piece in pieces if piece.message.extra.get("ticket")}
    public: dict[int, UUID] = {}
    for envelope_id, word in named.items():
        try:
            public[envelope_id] = UUID(word)
        except ValueError:
            continue
    if not public:
        return {}
    rows = desk.session.execute(select(Ticket.public_id, Ticket.id).where(Ticket.public_id.in_(public.values()))).all()
    numbers = {row.public_id: row.id for row in rows}
    return {envelope_id: numbers[each] for envelope_id, each in public.items() if each in numbers}


def find_match(batch: Batch, piece: Piece, sender: Contact | None, named: int | None) -> Match | None:
    """Return what a message continues: by token, by Message-ID, by number in the subject, or by who wrote last on a chat-like channel.

    Only a token speaks for somebody who takes no part in the ticket, and then only to add their words, marked. Reports of
    mail servers come from nobody we know: they belong where the random id was sent that they name, and nowhere else.
    """
    company_id = piece.row.company_id
    if piece.message.kind in MACHINE_KINDS:
        ticket = batch.ticket_we_sent_on(company_id, piece.reference_hashes)
        if ticket is not None:
            return Match(ticket, "report")
    for token in genuine_tokens(batch, piece):
        ticket = batch.find_ticket(company_id, token.ticket_number) if token.company_id == company_id else None
        if ticket is not None:
            return Match(ticket, "token", stranger=not takes_part(batch, ticket, sender))
    candidates = (
        ("message-id", batch.ticket_of_reference(company_id, piece.reference_hashes)),
        ("portal", batch.find_ticket(company_id, named)),
        *(
            ("number", batch.find_ticket(company_id, int(each)))
            for each in NUMBER_IN_SUBJECT.findall(piece.message.subject)
        ),
        ("latest", _latest(batch, piece, sender)),
    )
    for how, ticket in candidates:
        if ticket is not None and takes_part(batch, ticket, sender):
            return Match(ticket, how)
    return None


def other_tickets(batch: Batch, piece: Piece, ticket: Ticket) -> list[int]:
    """Return the numbers of further tickets that a message answers by its Message-IDs, the nearest first, three at most."""
    company_id = piece.row.company_id
    numbers = {batch.references.get((company_id, each)) for each in piece.reference_hashes}
    found = [batch.find_ticket(company_id, number) for number in numbers] if len(numbers - {None}) > 1 else []
    return sorted({each.id for each in found if each is not None and each.id != ticket.id}, reverse=True)[:3]


def takes_part(batch: Batch, ticket: Ticket, sender: Contact | None) -> bool:
    """Tell whether a contact is the requester or a participant of a ticket."""
    if sender is None:
        return False
    return ticket.contact_id == sender.id or sender.id in batch.participants.get(ticket.id, set())


def changed_subject(ticket: Ticket, subject: str) -> bool:
    """Tell whether a reply speaks of something else by its subject."""
    return bool(subject) and plain_subject(subject) != plain_subject(ticket.subject)


def plain_subject(subject: str) -> str:
    """Return a subject without reply marks and ticket numbers, for comparing."""
    return SUBJECT_PREFIX.sub("", NUMBER_IN_SUBJECT.sub("", subject)).strip().casefold()


def _latest(batch: Batch, piece: Piece, sender: Contact | None) -> Ticket | None:
    """Return the sender's newest ticket on a channel that has no threads of its own."""
    if sender is None or piece.row.channel in THREADED:
        return None
    return batch.find_ticket(piece.row.company_id, batch.latest.get((sender.id, piece.row.channel)))


def contact_of(batch: Batch, piece: Piece) -> int | None:
    """Return the contact whose known address a message came from."""
    return batch.senders.get(piece.identity_key) if piece.identity_key else None
