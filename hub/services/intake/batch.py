"""Everything a batch of messages needs, read in a handful of statements, and everything it makes, written in as many."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, LargeBinary, TableValuedAlias, and_, func, literal, select, text

from channels.message import Kind
from hub.db import Base, among
from hub.desk import Desk
from hub.domain.envelope import EnvelopeState
from hub.domain.reference import hash_id
from hub.domain.ticket import AuthorKind
from hub.models import (
    Block,
    Contact,
    Envelope,
    Identity,
    Message,
    MessageReference,
    Participant,
    Ticket,
    TicketEvent,
)
from hub.services.intake.piece import Piece
from hub.services.intake.writing import draw_ids, write_rows, write_values
from hub.services.people.homes import Home, find_former, find_homes
from hub.services.settings.configuration import Directory
from hub.services.tickets.history import event_values
from hub.services.tickets.search import write_search_rows

SAME_DELIVERY = timedelta(days=7)
THREADED = frozenset({"email", "portal"})
MACHINE_KINDS = frozenset({Kind.BOUNCE, Kind.COMPLAINT, Kind.RECEIPT})
Key = tuple[int, bytes]


@dataclass
class Batch:
    """The look-ups of one batch, kept true while its messages are filed one after the other."""

    desk: Desk
    directory: Directory
    now: datetime
    senders: dict[tuple[int, str, str], int] = field(default_factory=dict)
    contacts: dict[int, Contact] = field(default_factory=dict)
    homes: dict[int, Home] = field(default_factory=dict)
    former: set[int] = field(default_factory=set)
    references: dict[Key, int] = field(default_factory=dict)
    sent: dict[Key, int] = field(default_factory=dict)
    tickets: dict[int, Ticket] = field(default_factory=dict)
    participants: dict[int, set[int]] = field(default_factory=dict)
    latest: dict[tuple[int, str], int] = field(default_factory=dict)
    addresses: dict[int, set[str]] = field(default_factory=dict)
    same_content: dict[Key, dict[str, int]] = field(default_factory=dict)
    same_delivery: dict[Key, int] = field(default_factory=dict)
    blocked: set[tuple[int, str]] = field(default_factory=set)
    endings: list[tuple[Piece, EnvelopeState, int]] = field(default_factory=list)
    made: dict[type[Base], list[Any]] = field(default_factory=dict)
    values: dict[type[Base], list[dict[str, Any]]] = field(default_factory=dict)
    searches: list[dict[str, Any]] = field(default_factory=list)
    left: int = 1
    _ids: dict[str, Iterator[int]] = field(default_factory=dict)

    def load(
        self, pieces: Sequence[Piece], ticket_numbers: Iterable[int], *, token_numbers: Iterable[int] = ()
    ) -> None:
        """Lock what the pieces share with other workers' pieces, then read what they need."""
        self.left = len(pieces)
        self._lock(pieces)
        self._load_duplicates(pieces)
        self._load_senders(pieces)
        self._load_references(pieces)
        self._load_tickets({*ticket_numbers, *token_numbers})
        self._load_addresses(set(token_numbers))

    def take_id(self, table: str) -> int:
        """Return a fresh id of a table; as many are drawn at once as there are messages left, so that few numbers are lost."""
        ids = self._ids.get(table)
        found = next(ids, None) if ids is not None else None
        if found is None:
            self._ids[table] = iter(draw_ids(self.desk, table, max(self.left, 1)))
            found = next(self._ids[table])
        return found

    def add(self, row: Base) -> None:
        """Keep a new row until `write`; what changes on it afterwards is written too."""
        self.made.setdefault(type(row), []).append(row)

    def put(self, table: type[Base], values: dict[str, Any]) -> None:
        """Keep the columns of a new row nobody looks at again until `write`: an object for each would cost more than it."""
        self.values.setdefault(table, []).append(values)

    def note(self, ticket: Ticket, kind: str, *, by: AuthorKind, name: str = "", **facts: Any) -> None:
        """Keep a line of a ticket's history until `write`."""
        self.put(TicketEvent, event_values(self.desk, ticket, kind, by=by, name=name, **facts))

    def settle(self, piece: Piece, state: EnvelopeState, message_id: int) -> None:
        """Note how an envelope ended; it is written after its message, which it points to."""
        self.endings.append((piece, state, message_id))
        self.left -= 1

    def write(self) -> None:
        """Write what was made, parents before children, and how each envelope ended."""
        session = self.desk.session
        for kind in (Contact, Ticket, Message):
            write_rows(session, self.made.pop(kind, []))
        for table, values in self.values.items():
            write_values(session, table, values)
        write_search_rows(session, self.searches)
        for piece, state, message_id in self.endings:
            piece.row.state = state
            piece.row.message_id = message_id
            piece.row.delivery_key = piece.delivery_key
        session.flush()

    def find_twin(self, piece: Piece) -> int | None:
        """Return the envelope that already brought this message: the same bytes again, or one mail to two of our addresses.

        Bytes without a Message-ID are the same message only where a mailbox was renumbered and gives them out again: two
        devices, or one that reports the same trouble twice, write the same bytes too.
        """
        company_id, copies = (
            piece.row.company_id,
            self.same_content.get((piece.row.company_id, piece.row.content_key), {}),
        )
        if piece.row.channel != "email":
            copies = {}
        elif not piece.message.message_id:
            copies = {
                source: each for source, each in copies.items() if source == piece.row.source and is_mailbox(source)
            }
        delivery = self.same_delivery.get((company_id, piece.delivery_key)) if piece.delivery_key else None
        return min(copies.values(), default=None) or delivery

    def ticket_of_reference(self, company_id: int, hashes: Sequence[bytes]) -> Ticket | None:
        """Return the ticket of the nearest known Message-ID."""
        numbers = (self.references.get((company_id, each)) for each in hashes)
        number = next((each for each in numbers if each is not None), None)
        return self.find_ticket(company_id, number)

    def ticket_we_sent_on(self, company_id: int, hashes: Sequence[bytes]) -> Ticket | None:
        """Return the ticket on which we sent one of some Message-IDs."""
        numbers = (self.sent.get((company_id, each)) for each in hashes)
        return self.find_ticket(company_id, next((each for each in numbers if each is not None), None))

    def find_ticket(self, company_id: int, number: int | None) -> Ticket | None:
        """Return a loaded ticket of this company, following merges."""
        ticket = self.tickets.get(number) if number is not None else None
        while ticket is not None and ticket.merged_into_id is not None:
            ticket = self.tickets.get(ticket.merged_into_id)
        return ticket if ticket is not None and ticket.company_id == company_id else None

    def _lock(self, pieces: Sequence[Piece]) -> None:
        """Take transaction locks on bytes, senders and ids, in order: two workers never file one mail or make one sender twice."""
        words: set[str] = set()
        for piece in pieces:
            company = str(piece.row.company_id)
            words.add(company + piece.row.content_key.hex())
            words.add(f"{company}{piece.identity_key}")
            ids = (
                [*piece.reference_hashes[:20], hash_id(piece.message.message_id)]
                if piece.message.message_id
                else piece.reference_hashes[:20]
            )
            words.update(company + each.hex() for each in ids)
        keys = sorted(int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], signed=True) for word in words)
        self.desk.session.execute(
            text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key"), {"keys": keys}
        )

    def _load_duplicates(self, pieces: Sequence[Piece]) -> None:
        """Find earlier envelopes with the same bytes, and those of the last days that brought the same mail."""
        known = Envelope.state.in_(("done", "duplicate", "suppressed"))
        recent = Envelope.received_at > self.now - SAME_DELIVERY
        contents = _pairs({(each.row.company_id, each.row.content_key) for each in pieces})
        deliveries = _pairs({(each.row.company_id, each.delivery_key) for each in pieces if each.delivery_key})
        found = select(Envelope.id, Envelope.company_id, Envelope.source, Envelope.content_key, Envelope.delivery_key)
        same_content = and_(Envelope.company_id == contents.c.company_id, Envelope.content_key == contents.c.key)
        same_delivery = and_(Envelope.company_id == deliveries.c.company_id, Envelope.delivery_key == deliveries.c.key)
        rows = self.desk.session.execute(
            found.join(contents, same_content)
            .where(known)
            .union(found.join(deliveries, same_delivery).where(known, recent))
            .order_by(Envelope.id.desc())
        )
        for number, company_id, source, content_key, delivery_key in rows:
            self.same_content.setdefault((company_id, content_key), {})[source] = number
            if delivery_key is not None:
                self.same_delivery[company_id, delivery_key] = number

    def _load_senders(self, pieces: Sequence[Piece]) -> None:
        keys = {each.identity_key for each in pieces if each.identity_key}
        if not keys:
            return
        session = self.desk.session
        found = session.execute(
            select(Identity.company_id, Identity.kind, Identity.value, Contact)
            .join(Contact, Contact.id == Identity.contact_id)
            .where(
                among(Identity.company_id, {company_id for company_id, _, _ in keys}),
                among(Identity.value, [value for _, _, value in keys]),
            )
        )
        for company_id, kind, value, contact in found:
            if (company_id, kind, value) in keys:
                self.senders[company_id, kind, value] = contact.id
                self.contacts[contact.id] = contact
        self.homes = find_homes(self.desk, list(self.contacts), on=self.now.date())
        homeless = [each for each in self.contacts if each not in self.homes]
        self.former = find_former(self.desk, homeless, on=self.now.date())
        blocks = session.execute(
            select(Block.company_id, Block.value).where(
                among(Block.company_id, {company_id for company_id, _, _ in keys}),
                among(Block.value, [value for _, _, value in keys]),
            )
        )
        self.blocked = {(company_id, value) for company_id, value in blocks}

    def _load_references(self, pieces: Sequence[Piece]) -> None:
        keys = {(each.row.company_id, known) for each in pieces for known in each.reference_hashes}
        keys |= {(each.row.company_id, hash_id(each.message.message_id)) for each in pieces if each.message.message_id}
        if not keys:
            return
        rows = self.desk.session.execute(
            select(
                MessageReference.company_id,
                MessageReference.id_hash,
                MessageReference.ticket_id,
                MessageReference.sent,
            )
            .join(Message, Message.id == MessageReference.message_id)
            .where(
                among(MessageReference.company_id, {company for company, _ in keys}),
                among(MessageReference.id_hash, {known for _, known in keys}),
                Message.kind != "broadcast",
            )
            .order_by(MessageReference.id)
        )
        for company_id, known, ticket_id, sent in rows:
            self.references[company_id, known] = ticket_id
            if sent:
                self.sent[company_id, known] = ticket_id

    def _load_tickets(self, numbers: set[int]) -> None:
        """Load and lock every ticket a piece may continue: by reference, by number, and each sender's latest."""
        session = self.desk.session
        contact_ids = list(self.contacts)
        if contact_ids:
            latest = session.execute(
                select(Ticket.contact_id, Message.channel, func.max(Ticket.id))
                .join(Message, Message.ticket_id == Ticket.id)
                .where(
                    among(Ticket.contact_id, contact_ids), Message.channel.not_in(THREADED), Ticket.history.is_(False)
                )
                .group_by(Ticket.contact_id, Message.channel)
            )
            self.latest = {
                (contact_id, channel): number for contact_id, channel, number in latest if contact_id is not None
            }
        wanted = numbers | set(self.references.values()) | set(self.latest.values())
        while wanted:
            rows = session.scalars(
                select(Ticket).where(among(Ticket.id, wanted)).order_by(Ticket.id).with_for_update()
            ).all()
            self.tickets |= {each.id: each for each in rows}
            wanted = {each.merged_into_id for each in rows if each.merged_into_id} - set(self.tickets)
        for ticket_id, contact_id in session.execute(
            select(Participant.ticket_id, Participant.contact_id).where(among(Participant.ticket_id, self.tickets))
        ):
            self.participants.setdefault(ticket_id, set()).add(contact_id)

    def _load_addresses(self, numbers: set[int]) -> None:
        """Read the addresses of the people of some tickets, and every address that ever wrote on them."""
        loaded = [each for each in numbers if each in self.tickets]
        if not loaded:
            return
        session = self.desk.session
        people = {each: {self.tickets[each].contact_id or 0} | self.participants.get(each, set()) for each in loaded}
        known: dict[int, set[str]] = {}
        wanted = set().union(*people.values())
        for contact_id, value in session.execute(
            select(Identity.contact_id, Identity.value).where(among(Identity.contact_id, wanted))
        ):
            known.setdefault(contact_id, set()).add(value)
        for number, contacts in people.items():
            self.addresses[number] = set().union(*(known.get(each, set()) for each in contacts))
        inbound = select(Message.ticket_id, Message.author_address).where(
            among(Message.ticket_id, loaded), Message.direction == "in"
        )
        for number, address in session.execute(inbound.distinct()):
            self.addresses.setdefault(number, set()).add(address)


def _pairs(keys: Iterable[tuple[int, bytes | None]]) -> TableValuedAlias:
    """Return (company_id, key) pairs as a table to join: one statement however many there are."""
    listed = list(keys)
    companies = literal([company_id for company_id, _ in listed], ARRAY(BigInteger))
    words = literal([key for _, key in listed], ARRAY(LargeBinary))
    return func.unnest(companies, words).table_valued("company_id", "key").render_derived()


def is_mailbox(source: str) -> bool:
    """Tell whether a source is a mailbox that is fetched: only there the same message can be delivered anew."""
    return source.startswith("imap:")
