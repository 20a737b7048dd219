"""Tickets that begin at the desk: a call or a visit written down, a first word to somebody on any channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.ticket import AuthorKind, Direction, Priority, TicketStatus, Visibility
from hub.errors import Forbidden, Invalid, NotFound
from hub.models import Company, Contact, Identity, Lease, LeaseParty, Message, Property, Ticket, Unit
from hub.services.metrics.reckoning import reckon
from hub.services.people.homes import find_former, find_homes
from hub.services.sending.reply import Draft, reply
from hub.services.settings.configuration import read_directory
from hub.services.staff.scope import own_companies
from hub.services.tickets.history import record
from hub.services.tickets.search import search_row

MOST = 9
PHONE = "phone"
LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who may be meant, and where they live."""

    contact: Contact
    place: str


@dataclass(frozen=True, slots=True)
class Call:
    """What was said on the phone or at the counter; `contact_id` None is somebody unknown, by `name`."""

    text: str
    contact_id: int | None = None
    name: str = ""
    solved: bool = False


def find_people(desk: Desk, actor: Actor, words: str) -> list[Found]:
    """Return the people some words find: parts of a name, of a home ("3b lind"), of a number or an address."""
    tokens = words.replace("\0", " ").replace(",", " ").split()[:8]
    if not tokens:
        return []
    today = desk.clock.now().date()
    running = and_(Lease.starts_on <= today, or_(Lease.ends_on.is_(None), Lease.ends_on > today))
    place = func.concat_ws(" ", Property.name, Unit.label)
    everything = func.concat_ws(" ", Contact.name, place)
    digits = "".join(character for character in words if character.isdigit()).lstrip("0")
    reached = [Identity.value.icontains("".join(tokens), autoescape=True)]
    reached += [Identity.value.contains(digits)] if len(digits) > 4 else []
    by_address = select(Identity.contact_id).where(own_companies(actor, Identity), or_(*reached))
    query = (
        select(Contact, place)
        .outerjoin(LeaseParty, LeaseParty.contact_id == Contact.id)
        .outerjoin(Lease, and_(Lease.id == LeaseParty.lease_id, running))
        .outerjoin(Unit, Unit.id == Lease.unit_id)
        .outerjoin(Property, Property.id == Unit.property_id)
        .where(
            own_companies(actor, Contact, ability=Ability.WORK_TICKETS),
            Contact.joined_to_id.is_(None),
            or_(
                and_(*(everything.icontains(each, autoescape=True) for each in tokens)),
                Contact.id.in_(by_address),
            ),
        )
        .order_by(Contact.name, Contact.id)
        .limit(3 * MOST)
    )
    found: dict[int, Found] = {}
    for contact, home in desk.session.execute(query):
        if contact.id not in found or (home and not found[contact.id].place):
            found[contact.id] = Found(contact, home or "")
    return list(found.values())[:MOST]


def log_call(desk: Desk, actor: Actor, call: Call, *, company_id: int | None = None) -> Ticket:
    """Write down a call as a ticket; one that was solved on the phone is closed, answered at once.

    Raises `Invalid` for no words, `NotFound` for somebody of another company, and `Forbidden`.
    """
    text = call.text.replace("\0", "").strip()
    if not text:
        raise Invalid("Write down in a few words what it was about.", field="text")
    if len(text) > LONGEST:
        raise Invalid(f"Keep it under {LONGEST:,} characters.", field="text")
    contact = _contact(desk, actor, call.contact_id) if call.contact_id is not None else None
    if contact is None and not call.name.strip():
        raise Invalid("Say who it was: a name, a home or a number.", field="who")
    company = contact.company_id if contact else _company(actor, company_id)
    ticket = _open(desk, actor, company, contact, channel=PHONE, subject=_first_words(text), name=call.name)
    now = desk.clock.now()
    message = Message(
        company_id=company,
        ticket_id=ticket.id,
        direction=Direction.IN,
        visibility=Visibility.PUBLIC,
        channel=PHONE,
        author_kind=AuthorKind.CONTACT,
        author_name=ticket.requester_name,
        contact_id=ticket.contact_id,
        subject=ticket.subject,
        text=text,
        reply_text=text,
        trust="verified",
        triaged_at=now if call.solved else None,
        facts={"written_down_by": actor.name},
        created_at=now,
    )
    desk.session.add(message)
    desk.session.flush()
    desk.session.add(search_row(ticket, message))
    ticket.last_inbound_id = message.id
    ticket.preview = " ".join(text.split())[:160]
    if call.solved:
        ticket.status = TicketStatus.CLOSED
        ticket.first_response_at = ticket.closed_at = now
        ticket.unread = False
    else:
        ticket.waiting_since = now
    reckon(desk, read_directory(desk), ticket, reason="", actor=actor)
    record(desk, ticket, "first message", actor=actor, message_id=message.id, channel=PHONE)
    record(desk, ticket, "call logged", actor=actor, solved=call.solved)
    desk.wake("triage")
    return ticket


def start_conversation(desk: Desk, actor: Actor, contact_id: int, channel: str, subject: str, text: str) -> Message:
    """Write to somebody first, by mail, text or portal, and return what leaves.

    Raises as `reply` does, `Invalid` for a channel that does not exist, and `NotFound`.
    """
    if channel not in {"email", "sms", "portal"}:
        raise Invalid("Choose email, SMS or the portal.", field="channel")
    contact = _contact(desk, actor, contact_id)
    ticket = _open(
        desk, actor, contact.company_id, contact, channel=channel, subject=subject.strip() or _first_words(text)
    )
    desk.session.flush()
    return reply(desk, actor, ticket.id, Draft(text, channel))


def _open(
    desk: Desk, actor: Actor, company_id: int, contact: Contact | None, *, channel: str, subject: str, name: str = ""
) -> Ticket:
    if not actor.can(Ability.WORK_TICKETS, company_id):
        raise Forbidden("Your role may not open tickets for this company.")
    now = desk.clock.now()
    today = now.date()
    home = find_homes(desk, [contact.id], on=today).get(contact.id) if contact else None
    former = bool(contact and find_former(desk, [contact.id], on=today))
    ticket = Ticket(
        company_id=company_id,
        contact_id=contact.id if contact else None,
        unit_id=home.unit_id if home else None,
        property_id=home.property_id if home else None,
        assignee_id=actor.agent_id,
        status=TicketStatus.NEW,
        priority=Priority.NORMAL,
        subject=subject.replace("\0", "")[:998],
        channel=channel,
        requester_name=(contact.name if contact else "") or name.replace("\0", "").strip()[:200],
        requester_role="former" if former else (contact.role if contact else "") or (home.role if home else ""),
        unit_label=home.label if home else "",
        language=contact.language if contact else "",
        unread=False,
        first_message_at=now,
        last_activity_at=now,
        created_at=now,
    )
    desk.session.add(ticket)
    desk.session.flush()
    record(desk, ticket, "created", actor=actor, channel=channel)
    return ticket


def _contact(desk: Desk, actor: Actor, contact_id: int) -> Contact:
    contact = desk.session.scalar(
        select(Contact).where(Contact.id == contact_id, own_companies(actor, Contact, ability=Ability.WORK_TICKETS))
    )
    if contact is None:
        raise NotFound("There is no such person.")
    return contact


def companies_to_choose(desk: Desk, actor: Actor) -> Sequence[Company]:
    """Return the companies for which this agent may open a ticket, by name."""
    ids = actor.companies_with(Ability.WORK_TICKETS)
    return desk.session.scalars(select(Company).where(Company.id.in_(ids)).order_by(Company.name)).all()


def _company(actor: Actor, company_id: int | None) -> int:
    possible = actor.companies_with(Ability.WORK_TICKETS)
    if not possible:
        raise Forbidden("Your role may not open tickets.")
    if company_id in possible and company_id is not None:
        return company_id
    if len(possible) == 1:
        return next(iter(possible))
    raise Invalid("Say for which company this is.", field="company")


def _first_words(text: str) -> str:
    first = " ".join(text.split())
    return first if len(first) <= 80 else f"{first[:79].rsplit(' ', 1)[0]}…"
