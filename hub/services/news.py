"""What happened on the tickets somebody may see, since an event they have seen: events are the source, Redis only hurries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.models import Ticket, TicketEvent
from hub.services.inbox import count_views
from hub.services.scope import tickets_of

MOST = 100
MESSAGES = frozenset({"first message", "message received", "reply", "note", "machine message", "files came"})


@dataclass(frozen=True, slots=True)
class News:
    """One thing an open page should know."""

    id: int
    event: str
    data: dict[str, Any]


def newest_event_id(desk: Desk) -> int:
    """Return the newest event's id, 0 on a desk where nothing happened yet."""
    return desk.session.scalar(select(func.max(TicketEvent.id))) or 0


def news_since(desk: Desk, actor: Actor, since: int) -> list[News]:
    """Return what happened after an event, at most a hundred lines, and the counts of the views where anything did."""
    if not actor.can_anywhere(Ability.READ_TICKETS):
        return []
    rows = desk.session.execute(
        select(TicketEvent.id, TicketEvent.ticket_id, TicketEvent.kind, TicketEvent.message_id)
        .join(Ticket, Ticket.id == TicketEvent.ticket_id)
        .where(TicketEvent.id > since, tickets_of(actor))
        .order_by(TicketEvent.id)
        .limit(MOST)
    ).all()
    if not rows:
        return []
    told = [
        News(
            number,
            "message" if kind in MESSAGES and message_id else "ticket",
            {"ticket": ticket_id, "message": message_id},
        )
        for number, ticket_id, kind, message_id in rows
    ]
    counts = {f"/inbox/{view}": str(count) for view, count in count_views(desk, actor).items()}
    told.append(News(rows[-1].id, "list", {"views": counts}))
    if any(kind in {"emergency", "paged", "acknowledged"} for _, _, kind, _ in rows):
        told.append(News(rows[-1].id, "notices", {}))
    return told


def may_hear(actor: Actor, news: dict[str, Any]) -> bool:
    """Tell whether a piece of news is about something this actor may see."""
    company_id = news.get("company")
    if not isinstance(company_id, int) or not actor.can(Ability.READ_TICKETS, company_id):
        return False
    queues = actor.grants[company_id].queues if company_id in actor.grants else frozenset()
    return not queues or news.get("queue") in queues
