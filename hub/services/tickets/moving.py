"""What belongs to a ticket, moved to another and back: messages with their files and ids, what leaves, tasks, words to find."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update

from hub.desk import Desk
from hub.domain.ticket import Direction
from hub.models import Message, MessageReference, OutboxRow, SearchDocument, TaskTicket, Ticket

MOVED: dict[str, Any] = {
    "messages": Message,
    "references": MessageReference,
    "outbox": OutboxRow,
    "words": SearchDocument,
    "tasks": TaskTicket,
}


def move_rows(desk: Desk, source: Ticket, target: Ticket) -> dict[str, list[Any]]:
    """Move everything from one ticket to another and return what was moved, to be moved back by it."""
    desk.session.flush()
    moved: dict[str, list[Any]] = {}
    for name, model in MOVED.items():
        query = select(model.id).where(model.ticket_id == source.id)
        if model is TaskTicket:
            query = query.where(
                TaskTicket.task_id.not_in(select(TaskTicket.task_id).where(TaskTicket.ticket_id == target.id))
            )
        ids = list(desk.session.scalars(query))
        _move(desk, name, ids, target.id)
        moved[name] = [str(each) if name == "outbox" else each for each in ids]
    _renew(desk, source)
    _renew(desk, target)
    return moved


def move_back(desk: Desk, moved: dict[str, list[Any]], *, source: Ticket, target: Ticket) -> None:
    """Move back what was moved from `source` to `target`; what came since stays where it is."""
    for name, ids in moved.items():
        _move(desk, name, ids, source.id)
    _renew(desk, source)
    _renew(desk, target)


def _move(desk: Desk, name: str, ids: list[Any], ticket_id: int) -> None:
    model = MOVED[name]
    if ids:
        desk.session.execute(
            update(model)
            .where(model.id.in_(ids))
            .values(ticket_id=ticket_id)
            .execution_options(synchronize_session="fetch")
        )


def _renew(desk: Desk, ticket: Ticket) -> None:
    """Make the ticket's own word about its newest message true again."""
    ticket.last_inbound_id = desk.session.scalar(
        select(func.max(Message.id)).where(Message.ticket_id == ticket.id, Message.direction == Direction.IN)
    )
