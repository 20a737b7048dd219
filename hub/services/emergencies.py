"""What happens at once when a message speaks of danger: the safety text to the person, a page to whoever is on call."""

from __future__ import annotations

import logging

from sqlalchemy import select

from channels.message import Address, IdentityKind
from classifiers.safety import safety_text
from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.delivery import Purpose, Urgency
from hub.domain.ticket import TicketStatus
from hub.errors import Refused
from hub.models import Contact, Message, Team, Ticket
from hub.services.answer_target import answer_target
from hub.services.configuration import Directory
from hub.services.history import record
from hub.services.machine import say
from hub.services.outgoing import Letter, post
from hub.services.scope import tickets_of

log = logging.getLogger(__name__)


def answer_emergency(desk: Desk, directory: Directory, ticket: Ticket, message: Message) -> None:
    """Send the safety text of its kind, once per ticket and kind, and page the on-call number of the team."""
    company = directory.companies[ticket.company_id]
    contact = desk.session.get(Contact, ticket.contact_id) if ticket.contact_id else None
    if message.may_answer and not ticket.machine_answered:
        language = (contact.language if contact else "") or message.language or company.language
        words = safety_text(ticket.emergency_kind, language, phone=company.emergency_phone)
        target = answer_target(ticket, message)
        try:
            say(desk, directory, ticket, words, purpose=Purpose.SAFETY, target=target, urgency=Urgency.NOW)
            ticket.machine_answered = True
        except Refused as refusal:
            record(desk, ticket, "safety text not sent", reason=str(refusal))
    page_on_call(desk, directory, ticket)


def page_on_call(desk: Desk, directory: Directory, ticket: Ticket) -> None:
    """Text the on-call number of the ticket's team with the unit and how to acknowledge."""
    teams = desk.session.scalars(
        select(Team).where(Team.company_id == ticket.company_id, Team.on_call_phone != "").order_by(Team.id)
    ).all()
    team = next((each for each in teams if each.slug == ticket.queue), teams[0] if teams else None)
    if team is None:
        record(desk, ticket, "nobody on call", reason="No team of this company has an on-call number.")
        return
    words = f"EMERGENCY #{ticket.id} {ticket.emergency_kind} at {ticket.unit_label or 'unknown unit'}. Reply ACK {ticket.id} to take it."
    letter = Letter(Purpose.PAGE, words, urgency=Urgency.NOW)
    try:
        post(
            desk,
            directory,
            letter,
            company_id=ticket.company_id,
            channel="sms",
            recipients=[Address(IdentityKind.PHONE, team.on_call_phone)],
            ticket=ticket,
        )
        record(desk, ticket, "paged", team=team.slug)
    except Refused as refusal:
        log.warning("The on-call number of team %s could not be paged.", team.id)
        record(desk, ticket, "page not sent", reason=str(refusal))


def open_emergencies(desk: Desk, actor: Actor, *, limit: int = 3) -> list[tuple[int, str]]:
    """Return the emergencies nobody has answered yet that this actor may see: number, and kind and place in words."""
    rows = desk.session.execute(
        select(Ticket.id, Ticket.emergency_kind, Ticket.unit_label)
        .where(
            tickets_of(actor),
            Ticket.emergency,
            Ticket.status != TicketStatus.CLOSED,
            Ticket.history.is_(False),
            Ticket.waiting_since.is_not(None),
            Ticket.acknowledged_by_agent_at.is_(None),
        )
        .order_by(Ticket.id.desc())
        .limit(limit)
    )
    return [(number, f"{kind} {place}".strip()) for number, kind, place in rows]
