"""What desks that are backed up hold, and how they are compared."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import func, text
from sqlalchemy.engine import Engine

from hub.db import Base
from hub.desk import Desk
from hub.models import Attachment, Company, Message, OutboxRow, Ticket
from tests.factories import save

FORMS = "Quoted \\ back\tslash, line\nbreak, 'quote', \u00fc, \u4e2d, \U0001f511, \\N and \\."


def make_message(desk: Desk, company: Company, words: str, file: bytes = b"") -> Message:
    ticket = save(desk, Ticket(company_id=company.id, channel="email", requester_name="Aylin", status="open"))
    message = save(
        desk,
        Message(
            company_id=company.id,
            ticket_id=ticket.id,
            direction="in",
            author_kind="contact",
            channel="email",
            text=words,
            facts={"words": [words, None, 1.5]},
        ),
    )
    if file:
        kept = desk.storage.put(file)
        save(
            desk,
            Attachment(
                company_id=company.id,
                message_id=message.id,
                sha256=kept,
                name="photo.jpg",
                content_type="image/jpeg",
                size=len(file),
            ),
        )
    return message


def make_outgoing(
    desk: Desk, message: Message, *, hours: int, state: str = "pending", purpose: str = "reply"
) -> OutboxRow:
    now = func.now()
    return save(
        desk,
        OutboxRow(
            id=uuid4(),
            company_id=message.company_id,
            ticket_id=message.ticket_id,
            message_id=message.id,
            channel="email",
            purpose=purpose,
            recipient="aylin@example.org",
            payload={},
            state=state,
            next_at=now,
            give_up_at=now + timedelta(days=1),
            created_at=now - timedelta(hours=hours),
        ),
    )


def contents(engine: Engine, *, but: tuple[str, ...] = ()) -> dict[str, tuple[int, str]]:
    """How many rows every table has, and a hash over all of them."""
    found = {}
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in but:
                every = "SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM"
                row = connection.execute(text(f'{every} "{table.name}" t')).one()
                found[table.name] = (row[0], row[1])
    return found


def empty(desk: Desk) -> None:
    """Leave nothing of the desk, as a new machine would have it."""
    desk.session.rollback()
    tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    desk.session.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    desk.session.commit()
