"""What was said on a ticket, with its files and what became of each outgoing message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Actor
from hub.models import Attachment, Message, OutboxRow
from hub.services.pages import Page, oldest_first
from hub.services.tickets.tickets import find_ticket


@dataclass(frozen=True, slots=True)
class Said:
    """A message with its files and outbox rows."""

    message: Message
    files: Sequence[Attachment]
    deliveries: Sequence[OutboxRow]


def list_messages(desk: Desk, actor: Actor, number: int, *, cursor: str = "", limit: int = 50) -> Page[Said]:
    """Return one page of a ticket's messages and notes, oldest first; raises `NotFound` and `Invalid`."""
    ticket = find_ticket(desk, actor, number)
    query = select(Message).where(Message.ticket_id == ticket.id)
    page: Page[Message] = oldest_first(desk.session, query, Message.id, cursor=cursor, limit=limit)
    return Page(with_files(desk, page.items), page.next)


def with_files(desk: Desk, messages: Sequence[Message]) -> list[Said]:
    """Return messages with what belongs to them, in two statements."""
    numbers = [each.id for each in messages]
    if not numbers:
        return []
    files: dict[int, list[Attachment]] = {}
    for file in desk.session.scalars(
        select(Attachment).where(Attachment.message_id.in_(numbers)).order_by(Attachment.id)
    ):
        files.setdefault(file.message_id, []).append(file)
    rows: dict[int, list[OutboxRow]] = {}
    for row in desk.session.scalars(
        select(OutboxRow).where(OutboxRow.message_id.in_(numbers)).order_by(OutboxRow.position)
    ):
        rows.setdefault(row.message_id or 0, []).append(row)
    return [Said(each, files.get(each.id, []), rows.get(each.id, [])) for each in messages]
