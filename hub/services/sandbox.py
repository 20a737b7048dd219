"""The demo's other side: what residents' phones and mailboxes hold, and what they write, through the same intake as ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, false, func, or_, select

from channels.channel import Action
from channels.message import Envelope as Arrival
from channels.message import IdentityKind
from channels.sms.form import write_form
from channels.sms.hook import KEY_PRESSED
from hub.desk import Desk
from hub.domain.delivery import OutboxState
from hub.domain.envelope import EnvelopeState
from hub.domain.ticket import Direction
from hub.errors import Invalid, NotFound
from hub.models import (
    Agent,
    Alarm,
    Company,
    Contact,
    Envelope,
    Identity,
    Membership,
    Message,
    OnCallStep,
    OutboxRow,
    Page,
)
from hub.services.emergencies.page_answers import hear_key
from hub.services.intake import Accepted, accept
from hub.services.intake.inbound_mail import Letter, write_letter
from hub.services.settings.configuration import read_directory

SOURCE = "sandbox"
RECEIVER = "sandbox.invalid"
WRITER, WORDS = "sandbox_writer", "sandbox_words"
FIRST_PEOPLE = ("Aylin Demir", "Jan Novak", "Omar Haddad", "R. Brandt")
OF_EACH_COMPANY = 5
MOST_SHOWN = 30
LONGEST_TEXT = 1600
LONGEST_MAIL = 100_000
PHONE, EMAIL = str(IdentityKind.PHONE), str(IdentityKind.EMAIL)
ARRIVED = (OutboxState.ACCEPTED, OutboxState.DELIVERED)


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody of the demo with a phone and a mailbox, or a phone that is on call; `key` names them in addresses."""

    key: str
    name: str
    company_id: int
    company: str
    phone: str
    mails: tuple[str, ...] = ()

    @property
    def mail(self) -> str:
        """Return the address they write from, empty for a phone alone."""
        return next(iter(self.mails), "")


@dataclass(frozen=True, slots=True)
class Item:
    """A text, call or mail as its reader sees it; `reply` is the outbox row an answer would answer, `page` the call's."""

    at: datetime
    text: str
    own: bool
    subject: str = ""
    sender: str = ""
    reply: UUID | None = None
    page: int = 0


def list_residents(desk: Desk) -> list[Resident]:
    """Return the people whose phones and mailboxes can be used: those everybody meets, a few of each company, who is on call."""
    place = func.row_number().over(partition_by=Contact.company_id, order_by=(Contact.role.desc(), Contact.id))
    known = (
        select(Contact.id, Contact.name, Company.id.label("company_id"), Company.name.label("company"))
        .add_columns(place.label("place"))
        .join(Company, Company.id == Contact.company_id)
        .where(Contact.demo, Contact.role.in_(("resident", "owner")), *(_has(kind) for kind in (PHONE, EMAIL)))
        .subquery()
    )
    chosen = or_(known.c.name.in_(FIRST_PEOPLE), known.c.place <= OF_EACH_COMPANY)
    rows = desk.session.execute(select(known).where(chosen).order_by(known.c.company_id, known.c.id)).all()
    addresses: dict[tuple[int, str], list[str]] = {}
    query = select(Identity.contact_id, Identity.kind, Identity.value).order_by(Identity.id)
    for contact_id, kind, value in desk.session.execute(query.where(Identity.contact_id.in_([row.id for row in rows]))):
        addresses.setdefault((contact_id, kind), []).append(value)
    people = [
        Resident(
            str(row.id),
            row.name,
            row.company_id,
            row.company,
            addresses[row.id, PHONE][0],
            tuple(addresses[row.id, EMAIL]),
        )
        for row in rows
    ]
    return [*sorted(people, key=_prominence), *_on_call(desk)]


def find_resident(desk: Desk, key: str) -> Resident:
    """Return one of them, the first where none is named; raises `NotFound`."""
    people = list_residents(desk)
    found = next((each for each in people if key in {"", each.key}), None)
    if found is None:
        raise NotFound("The demo has nobody like that: choose a person from the list.")
    return found


def find_host(desk: Desk, email: str = "") -> Agent:
    """Return a member of the demo's staff, the first who answers people where none is named; raises `NotFound`."""
    query = select(Agent).where(Agent.demo, Agent.active).order_by(Agent.id)
    found = desk.session.scalar(query.where(Agent.email == email) if email else query.limit(1))
    if found is None:
        raise NotFound("The demo has no such colleague.")
    return found


def list_staff(desk: Desk) -> list[tuple[Agent, str]]:
    """Return the demo's staff, each with a role."""
    role = select(func.min(Membership.role)).where(Membership.agent_id == Agent.id).scalar_subquery()
    rows = desk.session.execute(select(Agent, role).where(Agent.demo, Agent.active).order_by(Agent.id))
    return [(agent, name or "") for agent, name in rows]


def texts_of(desk: Desk, who: Resident) -> list[Item]:
    """Return what is on a resident's phone, oldest first."""
    arrived = [
        Item(row.accepted_at or row.created_at, str(row.payload.get("text", "")), own=False)
        for row in _left(desk, who, "sms")
    ]
    said = [Item(row.created_at, row.text, own=True) for row in _said(desk, who, "sms")]
    everything = [*arrived, *said, *_calls(desk, who), *_on_the_way(desk, who, "sms")]
    return sorted(everything, key=lambda each: each.at)[-MOST_SHOWN:]


def mails_of(desk: Desk, who: Resident) -> list[Item]:
    """Return what is in a resident's mailbox, newest first."""
    arrived = [
        Item(
            row.accepted_at or row.created_at,
            str(row.payload.get("text", "")),
            own=False,
            subject=str(row.payload.get("subject", "")),
            sender=who.company,
            reply=row.id,
        )
        for row in _left(desk, who, "email")
    ]
    said = [
        Item(row.created_at, row.reply_text or row.text, own=True, subject=row.subject, sender=who.name)
        for row in _said(desk, who, "email")
    ]
    everything = [*arrived, *said, *_on_the_way(desk, who, "email")]
    return sorted(everything, key=lambda each: each.at, reverse=True)[:MOST_SHOWN]


def find_mail(desk: Desk, who: Resident, outbox_id: UUID) -> Item:
    """Return a mail a resident got, to be answered; raises `NotFound`."""
    found = next((each for each in mails_of(desk, who) if each.reply == outbox_id), None)
    if found is None:
        raise NotFound("This mail is not in the mailbox any more.")
    return found


def write_text(desk: Desk, who: Resident, words: str) -> Accepted:
    """Text the company from a resident's phone; raises `Invalid`."""
    text = words.strip()
    if not text or len(text) > LONGEST_TEXT:
        raise Invalid(f"Write something, at most {LONGEST_TEXT} characters.", field="text")
    account = read_directory(desk).account_of_company("sms", who.company_id)
    if account is None:
        raise Invalid(f"{who.company} has no number for texts.", field="text")
    key = uuid4().hex
    sid = account.settings.get("account_sid", "")
    form = {"MessageSid": f"SM{key}", "AccountSid": sid, "From": who.phone, "To": account.address.value, "Body": text}
    facts = {"rcpt_to": account.address.value, WRITER: who.key, WORDS: text}
    arrival = Arrival("sms", SOURCE, key, write_form(form.items()), desk.clock.now(), facts)
    return accept(desk, arrival, company_id=who.company_id, account_id=account.id)


def write_mail(desk: Desk, who: Resident, subject: str, words: str, *, answers: UUID | None = None) -> Accepted:
    """Mail the company from a resident's mailbox, as an answer to a mail they got or afresh; raises `Invalid`, `NotFound`."""
    if not words.strip() or len(words) > LONGEST_MAIL:
        raise Invalid(f"Write something, at most {LONGEST_MAIL:,} characters.", field="text")
    if not who.mail:
        raise Invalid(f"{who.name} has a phone but no mailbox: send a text.", field="text")
    account = read_directory(desk).account_of_company("email", who.company_id)
    if account is None:
        raise Invalid(f"{who.company} has no mailbox.", field="text")
    key = uuid4().hex
    to, reference = account.address.value, ""
    if answers is not None:
        find_mail(desk, who, answers)
        row = desk.session.get_one(OutboxRow, answers)
        reference = row.rfc_message_id or ""
        to = str((row.payload.get("reply_to") or {}).get("value") or to)
    letter = Letter(
        sender=f"{who.name} <{who.mail}>",
        recipients=[to],
        subject=subject.strip() or words.strip().split("\n")[0][:80],
        text=words,
        message_id=f"{key}@{RECEIVER}",
        in_reply_to=reference,
        references=[reference] if reference else [],
    )
    # Our own receiver vouches for the sender, as a company's mail server does.
    seal = f"Authentication-Results: {RECEIVER}; dmarc=pass header.from={who.mail.rpartition('@')[2]}\r\n"
    raw = seal.encode("ascii", "ignore") + write_letter(desk.clock.now(), letter, to)
    facts = {"rcpt_to": to, "mail_from": who.mail, "authserv_id": RECEIVER, WRITER: who.key, WORDS: words}
    arrival = Arrival("email", SOURCE, key, raw, desk.clock.now(), facts)
    return accept(desk, arrival, company_id=who.company_id, account_id=account.id)


def _has(kind: str) -> ColumnElement[bool]:
    return select(Identity.id).where(Identity.contact_id == Contact.id, Identity.kind == kind).exists()


def _on_call(desk: Desk) -> list[Resident]:
    """Return the phones that are paged in an emergency."""
    rows = desk.session.execute(
        select(OnCallStep, Company.name)
        .join(Company, Company.id == OnCallStep.company_id)
        .where(Company.demo)
        .order_by(OnCallStep.company_id, OnCallStep.place)
    )
    return [
        Resident(f"on-call-{step.id}", f"On call: {step.name}", step.company_id, company, step.phone)
        for step, company in rows
    ]


def _prominence(who: Resident) -> tuple[int, int, int]:
    place = FIRST_PEOPLE.index(who.name) if who.name in FIRST_PEOPLE else len(FIRST_PEOPLE)
    return place, who.company_id, int(who.key)


def _left(desk: Desk, who: Resident, channel: str) -> Sequence[OutboxRow]:
    named: list[ColumnElement[bool]] = []
    for address in _addresses(who, channel):
        named.append(OutboxRow.recipient == address)
        if channel == "email":
            named += [OutboxRow.recipient.contains(f"{address}, "), OutboxRow.recipient.contains(f", {address}")]
    query = select(OutboxRow).where(
        OutboxRow.company_id == who.company_id,
        OutboxRow.channel == channel,
        OutboxRow.state.in_(ARRIVED),
        or_(false(), *named),
    )
    return desk.session.scalars(query.order_by(OutboxRow.position.desc()).limit(MOST_SHOWN)).all()


def _said(desk: Desk, who: Resident, channel: str) -> Sequence[Message]:
    query = select(Message).where(
        Message.company_id == who.company_id,
        Message.author_address.in_(_addresses(who, channel)),
        Message.channel == channel,
        Message.direction == Direction.IN,
    )
    return desk.session.scalars(query.order_by(Message.id.desc()).limit(MOST_SHOWN)).all()


def _calls(desk: Desk, who: Resident) -> list[Item]:
    """Return the calls a phone got; the last one of an emergency nobody has taken still waits for its key."""
    rows = desk.session.execute(
        select(OutboxRow, Page.id, Alarm.ended_at)
        .join(Page, Page.outbox_id == OutboxRow.id)
        .join(Alarm, Alarm.id == Page.alarm_id)
        .where(Page.company_id == who.company_id, Page.phone == who.phone, Page.channel == "voice")
        .where(OutboxRow.state.in_(ARRIVED))
        .order_by(OutboxRow.position.desc())
        .limit(MOST_SHOWN)
    ).all()
    waiting = next((number for _, number, ended_at in rows if ended_at is None), 0)
    return [
        Item(
            row.accepted_at or row.created_at,
            f"Call: {row.payload.get('text', '')}",
            own=False,
            page=number if number == waiting else 0,
        )
        for row, number, _ in rows
    ]


def press_key(desk: Desk, who: Resident, page: str, key: str) -> str:
    """Press a key in a call on somebody's phone and return what came of it."""
    return hear_key(desk, who.company_id, Action("", KEY_PRESSED, page, who.phone, key[:1]))


def _addresses(who: Resident, channel: str) -> tuple[str, ...]:
    return (who.phone,) if channel == "sms" else who.mails


def _on_the_way(desk: Desk, who: Resident, channel: str) -> list[Item]:
    """Return what was written a moment ago and is not on a ticket yet."""
    query = select(Envelope).where(
        Envelope.state == EnvelopeState.NEW,
        Envelope.source == SOURCE,
        Envelope.channel == channel,
        Envelope.facts[WRITER].astext == who.key,
    )
    rows = desk.session.scalars(query.order_by(Envelope.id)).all()
    return [Item(row.received_at, row.facts.get(WORDS, ""), own=True, sender=who.name) for row in rows]
