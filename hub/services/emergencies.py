"""What happens at once when a message speaks of danger: the safety text to the person, a page to whoever is on call."""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlalchemy import exists, func, select

from channels.message import Address, IdentityKind
from classifiers.safety import safety_text
from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.delivery import Purpose, Urgency
from hub.domain.ticket import TicketStatus
from hub.errors import Refused
from hub.models import Contact, Message, OutboxRow, Team, Ticket
from hub.services.answer_target import answer_target
from hub.services.budgets import safety_fits
from hub.services.configuration import Directory
from hub.services.history import record
from hub.services.machine import say
from hub.services.outgoing import Letter, post
from hub.services.scope import tickets_of
from hub.services.speaking import language_for

log = logging.getLogger(__name__)

PAGED_ANEW_AFTER = timedelta(minutes=15)
MOST_PAGES_A_SENDER = 10


def answer_emergency(desk: Desk, directory: Directory, ticket: Ticket, message: Message) -> None:
    """Send the safety text of its kind, once per ticket and kind, and page the on-call number of the team."""
    company = directory.companies[ticket.company_id]
    contact = desk.session.get(Contact, ticket.contact_id) if ticket.contact_id else None
    words = safety_text(ticket.emergency_kind, language_for(company, contact, message), phone=company.emergency_phone)
    if message.may_answer and not _said_before(desk, ticket, words):
        _say_safety(desk, directory, ticket, message, words)
    page_on_call(desk, directory, ticket)


def _said_before(desk: Desk, ticket: Ticket, words: str) -> bool:
    said = exists().where(Message.ticket_id == ticket.id, Message.kind == Purpose.SAFETY, Message.text == words)
    return bool(desk.session.scalar(select(said)))


def _say_safety(desk: Desk, directory: Directory, ticket: Ticket, message: Message, words: str) -> None:
    target = answer_target(ticket, message)
    if target.recipients and not safety_fits(desk, ticket, target.recipients[0].value):
        record(
            desk,
            ticket,
            "safety text not sent",
            reason="This address, or strangers together, have had it as often as they may.",
        )
        return
    try:
        say(desk, directory, ticket, words, purpose=Purpose.SAFETY, target=target, urgency=Urgency.NOW)
        ticket.machine_answered = True
    except Refused as refusal:
        record(desk, ticket, "safety text not sent", reason=str(refusal))


def page_on_call(desk: Desk, directory: Directory, ticket: Ticket) -> None:
    """Text the on-call number of the ticket's team with the kind, the unit and where to read more."""
    teams = desk.session.scalars(
        select(Team).where(Team.company_id == ticket.company_id, Team.on_call_phone != "").order_by(Team.id)
    ).all()
    team = next((each for each in teams if each.slug == ticket.queue), teams[0] if teams else None)
    if team is None:
        record(desk, ticket, "nobody on call", reason="No team of this company has an on-call number.")
        return
    if _paged_before(desk, ticket):
        return
    place = ticket.unit_label or "unknown unit"
    words = f"EMERGENCY #{ticket.id} {ticket.emergency_kind} at {place}: {desk.settings.base_url}/tickets/{ticket.id}"
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


def _paged_before(desk: Desk, ticket: Ticket) -> bool:
    """Tell whether people have just been paged: for this ticket and kind, or again and again because of one sender."""
    now = desk.clock.now()
    pages = (
        select(func.count())
        .select_from(OutboxRow)
        .where(OutboxRow.company_id == ticket.company_id, OutboxRow.purpose == Purpose.PAGE)
    )
    same = pages.where(
        OutboxRow.ticket_id == ticket.id,
        OutboxRow.payload["text"].as_string().contains(f"#{ticket.id} {ticket.emergency_kind} ", autoescape=True),
        OutboxRow.created_at > now - PAGED_ANEW_AFTER,
    )
    if desk.session.scalar(same):
        return True
    mine = pages.join(Ticket, Ticket.id == OutboxRow.ticket_id).where(
        Ticket.contact_id == ticket.contact_id, OutboxRow.created_at > now - timedelta(hours=1)
    )
    if ticket.contact_id is None or (desk.session.scalar(mine) or 0) < MOST_PAGES_A_SENDER:
        return False
    record(desk, ticket, "page not sent", reason="This sender has brought about several pages within the hour.")
    return True


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
