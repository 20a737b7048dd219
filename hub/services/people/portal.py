"""What people do in the portal: their own requests, new ones, answers with photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from channels.address import AddressError, canonical_email, canonical_phone
from channels.message import Address, IdentityKind
from channels.message import Attachment as File
from channels.portal import make_envelope
from hub.desk import Desk
from hub.domain.ticket import Visibility
from hub.errors import Invalid, NotFound
from hub.models import Attachment, Company, Contact, Identity, Message, Ticket
from hub.services.intake import Accepted, accept
from hub.services.people.homes import Home, find_homes

LONGEST = 20_000
MOST_FILES = 30
MOST_BYTES = 35 * 1024 * 1024  # as base64 in an envelope these stay under what is taken in
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote in a form; `form_id` is the page's, so that sending twice counts once."""

    form_id: UUID
    text: str
    subject: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    unit: str = ""
    ticket: str = ""
    files: Sequence[File] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """One ticket as its requester may see it: no notes, no staff names beyond who wrote."""

    ticket: Ticket
    messages: Sequence[Message]
    files: dict[int, list[Attachment]]


def find_mistakes(words: Words, *, signed_in: bool, region: str = "US") -> dict[str, str]:
    """Return what is wrong with a form, by field; whoever is not signed in must say how they can be answered."""
    found: dict[str, str] = {}
    if not words.text.strip() and not words.files:
        found["text"] = "Tell us what happened and where, or add a photo."
    if len(words.text) > LONGEST:
        found["text"] = f"Please keep it under {LONGEST:,} characters; you can add files."
    if len(words.files) > MOST_FILES:
        found["files"] = f"These are {len(words.files)} files. Send at most {MOST_FILES} at once."
    size = sum(len(each.data) for each in words.files)
    if size > MOST_BYTES:
        found["files"] = f"These files have {-(-size // 2**20)} MB. Send at most {MOST_BYTES >> 20} MB at once."
    if not signed_in:
        found |= _unanswerable(words, region)
    return found


def _unanswerable(words: Words, region: str) -> dict[str, str]:
    """Return why somebody could not be answered: what they gave must be an address or a number."""
    email, phone = words.email.strip(), words.phone.strip()
    if not email and not phone:
        return {"email": "Give an email address or a phone number, so that we can answer."}
    found: dict[str, str] = {}
    try:
        if email:
            canonical_email(email)
    except AddressError as error:
        found["email"] = str(error)
    try:
        if phone:
            canonical_phone(phone, region)
    except AddressError as error:
        found["phone"] = str(error)
    return found


def submit(desk: Desk, company_id: int, words: Words, *, signed_in: Identity | None) -> Accepted:
    """Take a form in; the same form twice is one message. Raises `Invalid` naming the first wrong field."""
    region = desk.session.get_one(Company, company_id).region
    for field, mistake in find_mistakes(words, signed_in=signed_in is not None, region=region).items():
        raise Invalid(mistake, field=field)
    proved = Address(IdentityKind(signed_in.kind), signed_in.value, words.name) if signed_in else None
    envelope = make_envelope(
        form_id=words.form_id,
        received_at=desk.clock.now(),
        text=words.text,
        subject=words.subject,
        name=words.name,
        email=words.email,
        phone=words.phone,
        unit=words.unit,
        ticket=words.ticket,
        files=words.files,
        signed_in=proved,
        source="portal" if signed_in else "form",
    )
    return accept(desk, envelope, company_id=company_id)


def list_requests(desk: Desk, contact: Contact) -> Sequence[Ticket]:
    """Return a person's own tickets, newest activity first."""
    query = select(Ticket).where(
        Ticket.contact_id == contact.id,
        Ticket.history.is_(False),
        Ticket.quarantined.is_(False),
        Ticket.merged_into_id.is_(None),
    )
    return desk.session.scalars(
        query.order_by(Ticket.last_activity_at.desc(), Ticket.id.desc()).limit(MOST_LISTED)
    ).all()


def find_request(desk: Desk, contact: Contact, public_id: UUID) -> Request:
    """Return one of a person's own tickets with its public messages; raises `NotFound` for everybody else's."""
    ticket = desk.session.scalar(select(Ticket).where(Ticket.public_id == public_id, Ticket.contact_id == contact.id))
    if ticket is None:
        raise NotFound("There is no such request.")
    messages = desk.session.scalars(
        select(Message)
        .where(
            Message.ticket_id == ticket.id,
            Message.visibility == Visibility.PUBLIC,
            Message.kind.not_in(("bounce", "complaint")),
        )
        .order_by(Message.id)
    ).all()
    files: dict[int, list[Attachment]] = {}
    for each in desk.session.scalars(
        select(Attachment).where(Attachment.message_id.in_([each.id for each in messages])).order_by(Attachment.id)
    ):
        files.setdefault(each.message_id, []).append(each)
    return Request(ticket, messages, files)


def home_of(desk: Desk, contact: Contact) -> Home | None:
    """Return where a person lives, or what they own."""
    return find_homes(desk, [contact.id], on=desk.clock.now().date()).get(contact.id)


def audience_of(desk: Desk, contact: Contact) -> str:
    """Return whose help centre is a person's: owners read the owners', everybody else the residents'."""
    home = home_of(desk, contact)
    return "owners" if home is not None and home.role == "owner" else "residents"
