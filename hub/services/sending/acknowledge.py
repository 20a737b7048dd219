"""'We have your message': once per new ticket, never to machines, never after an automatic answer."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from channels.message import Trust
from hub.desk import Desk
from hub.domain.acknowledgement import Acknowledgement, acknowledgement_words
from hub.domain.business_hours import add_business_time, is_open
from hub.domain.delivery import Purpose
from hub.domain.ticket import is_known
from hub.errors import Refused
from hub.models import Company, Contact, Message, Ticket
from hub.services.sending.answer_target import answer_target
from hub.services.sending.budgets import refusal_of_budgets, suspect_loop
from hub.services.sending.machine import say
from hub.services.sending.speaking import language_for
from hub.services.settings.configuration import Directory
from hub.services.tickets.history import record

NEWS_WITHIN = timedelta(hours=4)
LOOP = "loop suspected"


def acknowledge(desk: Desk, directory: Directory, ticket: Ticket, message: Message, contact: Contact | None) -> bool:
    """Tell the sender the number and when they will hear from us; returns whether it was posted.

    Somebody unverified gets no word that they, or whoever used their address, wrote (reliability 2.4): not even a name.
    """
    company = directory.companies[ticket.company_id]
    if not company.acknowledges or not message.may_answer or ticket.machine_answered or ticket.quarantined:
        return False
    target = answer_target(ticket, message)
    if not target.recipients:
        return False
    address = target.recipients[0].value
    known = contact is not None and is_known(ticket.requester_role)
    reason = refusal_of_budgets(desk, ticket, address, purpose=Purpose.ACKNOWLEDGEMENT, known=known)
    if reason:
        record(desk, ticket, "not acknowledged", reason=reason)
        if suspect_loop(desk, ticket, address):
            ticket.tags = sorted({*ticket.tags, LOOP})
        return False
    name = contact.name if contact and message.trust == Trust.VERIFIED else ""
    try:
        say(
            desk,
            directory,
            ticket,
            _words(desk, directory, company, ticket, language=language_for(company, contact, message), name=name),
            purpose=Purpose.ACKNOWLEDGEMENT,
            target=target,
        )
    except Refused as refusal:
        record(desk, ticket, "not acknowledged", reason=str(refusal))
        return False
    return True


def _words(desk: Desk, directory: Directory, company: Company, ticket: Ticket, *, language: str, name: str) -> str:
    now = desk.clock.now()
    calendar = directory.calendar_of(company.id, ticket.queue)
    due = add_business_time(calendar, now, NEWS_WITHIN)
    ticket.news_due_at = due
    told = Acknowledgement(
        number=ticket.id,
        name=name,
        due=due.astimezone(ZoneInfo(company.time_zone)) if due else None,
        closed=not is_open(calendar, now),
        emergency_phone=company.emergency_phone,
        company=company.name,
    )
    return acknowledgement_words(told, language)
