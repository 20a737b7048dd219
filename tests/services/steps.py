"""What service tests do again and again: take messages in, triage them without a model, let rows leave to a scripted provider."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from urllib.parse import urlencode
from uuid import uuid4

from sqlalchemy import func, select

from channels.channel import Account, Channel
from channels.message import Envelope, InboundMessage, OutboundMessage, Outcome, Receipt, Unreadable
from channels.portal import make_envelope
from classifiers.classifier import Band, Triage
from classifiers.labels import Priority, Queue
from classifiers.prediction import Prediction
from hub.clock import FixedClock
from hub.db import Base
from hub.desk import Desk
from hub.domain.access import THE_DESK, Actor
from hub.domain.delivery import UNDO
from hub.models import Company, Message, OutboxRow, Ticket, TicketEvent
from hub.services.intake import accept, receive
from hub.services.sending.reply import Draft, reply
from hub.services.sending.sending import send
from hub.services.tickets.tickets import find_ticket
from hub.services.triage.triage import triage
from tests.factories import make_contact, make_lease, make_unit
from tests.letters import arrive, make_mail

ACCEPTED = Receipt(Outcome.ACCEPTED)
RETRY = Receipt(Outcome.RETRY, error="450 4.2.0 The mailbox is busy")
LOST = Receipt(Outcome.UNKNOWN, error="The connection was lost after the last dot")
REFUSED = Receipt(Outcome.FAILED, error="550 5.1.1 There is nobody of that name")
numbers = count(1)


@dataclass
class Provider:
    """A channel whose sending end does as it is told, and takes everything once it was told nothing more."""

    real: Channel
    answers: list[Receipt | Callable[[OutboundMessage], Receipt]] = field(default_factory=list)
    sent: list[OutboundMessage] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.real.kind

    def parse(self, envelope: Envelope) -> InboundMessage | Unreadable:
        return self.real.parse(envelope)

    def send(self, message: OutboundMessage, account: Account) -> Receipt:
        self.sent.append(message)
        answer = self.answers.pop(0) if self.answers else ACCEPTED
        receipt = answer(message) if callable(answer) else answer
        known = receipt.outcome is not Outcome.ACCEPTED or receipt.provider_id
        return receipt if known else replace(receipt, provider_id=f"{self.kind}-{len(self.sent)}")


@dataclass
class Thoughts:
    """A classifier that thinks one thing of every message."""

    thought: Triage = field(
        default_factory=lambda: Triage("plumbing", Queue.MAINTENANCE, Priority.NORMAL, 0.6, Band.SUGGEST)
    )
    trouble: str = ""

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        return [Prediction(self.thought.topic, self.thought.confidence) for _ in texts]

    def triage(self, texts: Sequence[str]) -> list[Triage]:
        return [self.thought for _ in texts]


@dataclass(frozen=True)
class Office:
    """A company at work: its desk, an agent, and what its messages reach."""

    desk: Desk
    company: Company
    maria: Actor
    providers: dict[str, Provider]


def with_providers(desk: Desk) -> tuple[Desk, dict[str, Provider]]:
    """Return a desk whose mail, texts and portal messages end at scripted providers, and those."""
    providers = {kind: Provider(desk.channels[kind]) for kind in ("email", "sms", "portal", "voice")}
    return replace(desk, channels={**desk.channels, **providers}), providers


def thinking(desk: Desk, thought: Triage | None = None) -> Desk:
    """Return a desk whose classifier needs no model."""
    thoughts = Thoughts(thought) if thought else Thoughts()
    return replace(desk, open_classifier=lambda: thoughts)


def take_in(
    desk: Desk, *arrivals: Envelope | bytes, history: bool = False, company_id: int | None = None
) -> list[Message]:
    """Accept and file some messages, and return what is new among the messages, in order."""
    newest = desk.session.scalar(select(Message.id).order_by(Message.id.desc()).limit(1)) or 0
    with desk.transaction():
        for each in arrivals:
            arrival = arrive(each) if isinstance(each, bytes) else each
            accept(desk, arrival, history=history, company_id=company_id)
    while receive(desk):
        pass
    query = select(Message).where(Message.id > newest, Message.direction == "in")
    return list(desk.session.scalars(query.order_by(Message.id)))


def mail(
    text: str = "The tap drips.", *, rcpt_to: str = "desk@example.org", facts: dict[str, str] | None = None, **more: str
) -> Envelope:
    """Return a mail as it arrives for one of our addresses."""
    return arrive(make_mail(text, **({"to": rcpt_to} | more)), rcpt_to=rcpt_to, **(facts or {}))


def text_message(text: str, *, sender: str = "+12025550123", to: str = "+12025550100") -> Envelope:
    """Return a text as Twilio's form."""
    number = f"SM{next(numbers):032x}"
    form = {
        "MessageSid": number,
        "AccountSid": "AC" + "0" * 32,
        "From": sender,
        "To": to,
        "Body": text,
        "NumMedia": "0",
    }
    return arrive(urlencode(form).encode(), channel="sms", source="twilio:1", rcpt_to=to)


def triage_all(desk: Desk) -> None:
    """Triage everything that waits."""
    while triage(desk):
        pass


def send_all(desk: Desk) -> None:
    """Let everything leave that is due."""
    while send(desk):
        pass


def reply_and_send(desk: Desk, clock: FixedClock, actor: Actor, number: int, text: str) -> None:
    """Reply on a ticket, and let it leave."""
    with desk.transaction():
        reply(desk, actor, number, Draft(text))
    clock.at += timedelta(minutes=1)
    send_all(desk)


def outbox(desk: Desk, *purposes: str) -> list[OutboxRow]:
    """Return the outbox in the order it was written, perhaps of some purposes only."""
    query = select(OutboxRow).order_by(OutboxRow.position).execution_options(populate_existing=True)
    return list(desk.session.scalars(query.where(OutboxRow.purpose.in_(purposes)) if purposes else query))


def ticket_of(desk: Desk, message: Message) -> Ticket:
    """Return the ticket a message is on, as it is now."""
    desk.session.expire_all()
    return find_ticket(desk, THE_DESK, message.ticket_id)


def events_of(desk: Desk, ticket_id: int) -> list[str]:
    """Return what happened on a ticket, in order."""
    return list(
        desk.session.scalars(
            select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket_id).order_by(TicketEvent.id)
        )
    )


def answer(office: Office, arrival: Envelope | None = None, words: str = "We come at nine.") -> OutboxRow:
    """Take a message in and answer it; the reply's row waits for its undo time."""
    (message,) = take_in(office.desk, arrival or mail())
    with office.desk.transaction():
        reply(office.desk, office.maria, message.ticket_id, Draft(words))
    return outbox(office.desk, "reply")[-1]


def form(desk: Desk, text: str, **more: str) -> Envelope:
    """Return the public form as somebody not signed in filled it in."""
    return make_envelope(form_id=uuid4(), received_at=desk.clock.now(), text=text, source="form", **more)


def acknowledged(office: Office) -> list[OutboxRow]:
    """Triage everything that waits and return what was acknowledged."""
    triage_all(office.desk)
    return outbox(office.desk, "acknowledgement")


def make_resident(office: Office, email: str = "aylin@example.com", **more: str) -> None:
    """Let somebody with an address live in a unit of their own."""
    contact = make_contact(office.desk, office.company, email=email, **more)
    make_lease(office.desk, make_unit(office.desk, office.company, label=email), contact)


def counted(desk: Desk) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        table.name: desk.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def after_undo(clock: FixedClock) -> None:
    """Let the time pass in which a reply can be taken back."""
    clock.at += UNDO


def fresh(desk: Desk, row: OutboxRow) -> OutboxRow:
    """Return a row of the outbox as it is now."""
    return next(each for each in outbox(desk) if each.id == row.id)
