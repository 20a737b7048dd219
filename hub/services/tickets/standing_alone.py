"""Texts have no threads: which of them only landed on a ticket because its person wrote on it last."""

from __future__ import annotations

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.ticket import AuthorKind, Direction, Visibility
from hub.models import Message, Ticket


def stands_alone(desk: Desk, ticket: Ticket, message: Message) -> bool:
    """Tell whether a message begins a matter of its own on a ticket where nobody waits for anybody.

    It does where only the sender's last ticket drew it there, an agent had the last word and asked nothing, no earlier
    message waits for an answer and no work is open. All else is the agent's, who owns the conversation.
    """
    begins_waiting = ticket.waiting_since == message.created_at
    if message.facts.get("threaded_by") != "latest" or not begins_waiting or ticket.blocker:
        return False
    said_before = (
        select(Message)
        .where(Message.ticket_id == ticket.id, Message.visibility == Visibility.PUBLIC, Message.id < message.id)
        .order_by(Message.id.desc())
        .limit(1)
    )
    last = desk.session.scalar(said_before)
    if last is None or last.direction != Direction.OUT or last.author_kind != AuthorKind.AGENT:
        return False
    return "?" not in last.text
