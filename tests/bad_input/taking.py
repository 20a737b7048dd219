"""Take the rows of a data file in, each with an ordinary mail behind it, and note what became of both."""

from __future__ import annotations

import logging
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.parser import BytesHeaderParser
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import func, select

from channels.email.outgoing import BuiltMail, RefusedToBuild, build_mail
from channels.message import Envelope as Arrival
from channels.message import OutboundMessage
from channels.wire import from_json
from hub.clock import FixedClock
from hub.desk import Desk
from hub.errors import Invalid, Refused
from hub.models import Attachment, Envelope, Message, OutboxRow, Ticket
from hub.services.intake import accept, receive
from hub.services.intake.envelopes import read_raw
from hub.services.sending.reply import Draft, reply
from hub.services.sending.sending import send
from hub.services.triage.triage import triage
from tests.bad_input.rows import Row, address_of, write_mail
from tests.letters import arrive, make_mail
from tests.services.steps import Office

PAUSE = timedelta(minutes=4)  # all rows within one sign-in, which lasts 14 hours
OURS = {"rcpt_to": "desk@example.org", "authserv_id": "mx.example.org"}


@dataclass
class Outcome:
    """What became of one row; of its message and ticket only what people and programs see."""

    id: str
    row: Row
    state: str = ""
    tickets: int = 0
    messages: int = 0
    ticket: Ticket | None = None
    message: Message | None = None
    files: list[Attachment] = field(default_factory=list)
    answers: int = 0
    reply: list[str] | str = ""
    reply_fields: set[str] = field(default_factory=set)
    sent_state: str = ""
    seconds: float = 0.0
    behind: str = ""
    kept: bool = False
    pages: dict[str, int] = field(default_factory=dict)
    page_bytes: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Sent:
    """A mail of ours that left."""

    id: UUID
    message_id: str


@dataclass
class Taking:
    """An office that takes rows in, and a colleague's browser to look at what came of them."""

    office: Office
    clock: FixedClock
    browser: FlaskClient

    @property
    def desk(self) -> Desk:
        return self.office.desk

    def take(self, row: Row) -> Outcome:
        """Take one row in with an ordinary mail behind it, triage both, look at the ticket and answer it."""
        self.clock.at += PAUSE
        found = Outcome(row["id"], row)
        for number, each in enumerate(row.get("before", ())):
            self._file(write_mail({"id": f"{row['id']}-before-{number}", **each}))
        sent = self._answer_somebody(row) if row.get("answered") else None
        raw = write_mail(row)
        if sent is not None:
            raw = raw.replace(b"{sent}", sent.message_id.encode()).replace(b"{address}", address_of(row).encode())
        before = self._newest()
        with heard(found.errors), timed(found):
            envelope = self._file(raw, row.get("facts"), behind=True)
        self._look(found, envelope, raw, before)
        if sent is not None:
            found.sent_state = self.desk.session.get_one(OutboxRow, sent.id).state
        return found

    def _file(self, raw: bytes, facts: dict[str, str] | None = None, *, behind: bool = False) -> int:
        arrivals = [arrive(raw, received_at=self.clock.now(), source="imap:1", **OURS, **(facts or {}))]
        if behind:
            arrivals.append(self._ordinary())
        with self.desk.transaction():
            first, *_ = [accept(self.desk, each) for each in arrivals]
        while receive(self.desk):
            pass
        triage(self.desk)
        return first.id

    def _ordinary(self) -> Arrival:
        raw = make_mail("The tap drips.", sender=f"behind.{self.clock.at.timestamp():.0f}@example.com")
        return arrive(raw, received_at=self.clock.now(), source="imap:1", **OURS)

    def _answer_somebody(self, row: Row) -> Sent:
        """Write to the address the row's mail comes from, and return what left."""
        self._file(write_mail({"id": f"{row['id']}-asked", "sender": address_of(row)}))
        number = self.desk.session.scalars(select(Ticket.id).order_by(Ticket.id.desc())).first() or 0
        with self.desk.transaction():
            reply(self.desk, self.office.maria, number, Draft("We come at nine."))
        self.clock.at += timedelta(minutes=1)
        while send(self.desk):
            pass
        left = select(OutboxRow).where(OutboxRow.ticket_id == number, OutboxRow.purpose == "reply")
        answer = self.desk.session.scalars(left).one()
        assert answer.state == "accepted"
        return Sent(answer.id, answer.rfc_message_id or "")

    def _newest(self) -> tuple[int, int, int]:
        session = self.desk.session
        return (
            session.scalar(select(func.coalesce(func.max(Ticket.id), 0))) or 0,
            session.scalar(select(func.coalesce(func.max(Message.id), 0))) or 0,
            session.scalar(select(func.coalesce(func.max(OutboxRow.position), 0))) or 0,
        )

    def _look(self, found: Outcome, envelope_id: int, raw: bytes, before: tuple[int, int, int]) -> None:
        session = self.desk.session
        session.expire_all()
        envelope = session.get_one(Envelope, envelope_id)
        behind = session.scalars(select(Envelope).where(Envelope.id > envelope_id).order_by(Envelope.id)).first()
        found.behind = behind.state if behind else ""
        found.state, found.kept = envelope.state, read_raw(self.desk, envelope) == raw
        message = session.get(Message, envelope.message_id) if envelope.message_id else None
        number = message.ticket_id if message else envelope.stub_ticket_id
        found.message, found.ticket = message, session.get(Ticket, number) if number else None
        found.tickets = int(number is not None and number > before[0])
        found.messages = int(message is not None and message.id > before[1])
        if message is not None:
            files = select(Attachment).where(Attachment.message_id == message.id).order_by(Attachment.id)
            found.files = list(session.scalars(files))
        if number is not None:
            waits = select(OutboxRow).where(OutboxRow.ticket_id == number, OutboxRow.position > before[2])
            found.answers = sum(self._build(each) is not None for each in session.scalars(waits))
            self._open_pages(found)
            session.expunge_all()
            self._reply(found, number)
        session.expunge_all()

    def _open_pages(self, found: Outcome) -> None:
        assert found.ticket is not None
        paths = [f"/tickets/{found.ticket.id}"]
        if found.message is not None:
            paths.append(f"/messages/{found.message.public_id}/original")
            if found.message.safe_html:
                paths.append(f"/messages/{found.message.public_id}/html")
        for each in found.files[:3]:
            paths += [f"/attachments/{each.public_id}", f"/attachments/{each.public_id}/preview"]
        for path in paths:
            answer = self.browser.get(path, follow_redirects=True)
            found.pages[path] = answer.status_code
            if path.startswith("/tickets/"):
                found.page_bytes = len(answer.data)

    def _reply(self, found: Outcome, number: int) -> None:
        """Answer as a colleague would, and read the bytes that would leave."""
        words = found.row.get("reply_text", "We come at nine.")
        try:
            with self.desk.transaction():
                reply(self.desk, self.office.maria, number, Draft(words))
        except (Refused, Invalid):
            found.reply = "refused"
            return
        last = select(OutboxRow).where(OutboxRow.ticket_id == number, OutboxRow.purpose == "reply")
        posted = self.desk.session.scalars(last.order_by(OutboxRow.position.desc())).first()
        assert posted is not None
        built = self._build(posted)
        found.reply = list(built.recipients) if built else "refused"
        found.reply_fields = set(BytesHeaderParser().parsebytes(built.data).keys()) if built else set()

    def _build(self, row: OutboxRow) -> BuiltMail | None:
        """Return the bytes that would leave, None where it may not."""
        try:
            return build_mail(from_json(OutboundMessage, row.payload), self.clock.now())
        except RefusedToBuild:
            return None


@contextmanager
def timed(found: Outcome) -> Iterator[None]:
    """Count the processor time of this process and of those it waited for: a busy machine is no fault of a message."""
    began = _processor()
    yield
    found.seconds = _processor() - began


def _processor() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@contextmanager
def heard(lines: list[str]) -> Iterator[None]:
    """Write down every error that is logged: an exception that was caught is still one."""
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


def facts_of(message: Message | None) -> dict[str, Any]:
    """Return what screens know of a message beyond its words."""
    return message.facts if message is not None else {}
