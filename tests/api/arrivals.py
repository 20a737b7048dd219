"""Messages that have come in, for tests of the API."""

from __future__ import annotations

from sqlalchemy import select

from hub.desk import Desk
from hub.models import Company, Message
from hub.services.intake import accept, receive
from tests.letters import arrive, make_mail


def take_in(desk: Desk, company: Company, text: str = "The tap drips.", **mail: str) -> Message:
    """Take a mail in for a company and return its message."""
    with desk.transaction():
        accept(desk, arrive(make_mail(text, **mail)), company_id=company.id)
    while receive(desk):
        pass
    return (
        desk.session.scalars(
            select(Message)
            .where(Message.direction == "in", Message.company_id == company.id)
            .order_by(Message.id.desc())
        ).first()
        or Message()
    )
