"""Messages the desk writes itself: acknowledgements, answers, safety texts. They never count as a response by a person."""

from __future__ import annotations

from datetime import datetime

from channels.html import text_to_html
from hub.desk import Desk
from hub.domain.delivery import Purpose, Urgency
from hub.domain.ticket import AuthorKind, Direction, Visibility
from hub.models import Message, Ticket
from hub.services.sending.answer_target import Target
from hub.services.sending.outgoing import Letter, post
from hub.services.settings.configuration import Directory
from hub.services.tickets.history import record
from hub.services.tickets.search import search_row


def say(
    desk: Desk,
    directory: Directory,
    ticket: Ticket,
    words: str,
    *,
    purpose: Purpose,
    target: Target,
    subject: str = "",
    urgency: Urgency = Urgency.MACHINE,
    not_before: datetime | None = None,
) -> Message:
    """Write a message of the desk on a ticket and post it; raises `Refused` when its people cannot be written to."""
    company = directory.companies[ticket.company_id]
    message = Message(
        company_id=ticket.company_id,
        ticket_id=ticket.id,
        direction=Direction.OUT,
        visibility=Visibility.PUBLIC,
        channel=target.channel,
        kind=purpose,
        author_kind=AuthorKind.MACHINE,
        author_name=company.name,
        subject=subject,
        text=words,
        reply_text=words,
        trust="verified",
        facts={"to": [{"address": each.value, "name": each.name} for each in target.recipients]},
        created_at=desk.clock.now(),
    )
    with desk.session.begin_nested():
        desk.session.add(message)
        desk.session.flush()
        letter = Letter(
            purpose,
            words,
            subject=subject or f"[#{ticket.id}] {company.name}",
            html=text_to_html(words),
            urgency=urgency,
            not_before=not_before,
            message=message,
            held=target.held,
        )
        post(
            desk,
            directory,
            letter,
            company_id=ticket.company_id,
            channel=target.channel,
            recipients=target.recipients,
            ticket=ticket,
        )
    desk.session.add(search_row(ticket, message))
    record(desk, ticket, "machine message", message_id=message.id, purpose=str(purpose))
    return message
