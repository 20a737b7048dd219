"""What happened on the tickets somebody may see, since an event they have seen: events are the source, Redis only hurries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.models import Ticket, TicketEvent
from hub.services.saved_views import count_with_saved, saved_views
from hub.services.scope import tickets_of

MOST = 100
OVERLAP = 200
LATEST = timedelta(seconds=30)
MESSAGES = frozenset({"first message", "message received", "reply", "note", "machine message", "files came"})


@dataclass(frozen=True, slots=True)
class News:
    """One thing an open page should know. `id` is where to go on from after it, `number` the event it tells of."""

    id: int
    event: str
    data: dict[str, Any]
    number: int = 0


def newest_event_id(desk: Desk) -> int:
    """Return the newest event's id, 0 on a desk where nothing happened yet."""
    return desk.session.scalar(select(func.max(TicketEvent.id))) or 0


def news_since(desk: Desk, actor: Actor, since: int, *, told: Collection[int] = ()) -> list[News]:
    """Return what happened after an event, at most a hundred lines, and the counts of the views where anything did.

    Events are numbered when they are written and seen when they are committed, so that a smaller number may come later:
    what was written just before is looked at once more, but for the events `told` already.
    """
    if not actor.can_anywhere(Ability.READ_TICKETS):
        return []
    late = and_(TicketEvent.id > since - OVERLAP, TicketEvent.created_at > desk.clock.now() - LATEST)
    rows = desk.session.execute(
        select(TicketEvent.id, TicketEvent.ticket_id, TicketEvent.kind, TicketEvent.message_id)
        .join(Ticket, Ticket.id == TicketEvent.ticket_id)
        .where(or_(TicketEvent.id > since, late), TicketEvent.id.not_in(told), tickets_of(actor))
        .order_by(TicketEvent.id)
        .limit(MOST)
    ).all()
    if not rows:
        return []
    found = [
        News(
            max(since, number),
            "message" if kind in MESSAGES and message_id else "ticket",
            {"ticket": ticket_id, "message": message_id},
            number,
        )
        for number, ticket_id, kind, message_id in rows
    ]
    counts = {path: str(count) for path, count in count_with_saved(desk, actor, saved_views(desk, actor)).items()}
    newest = found[-1].id
    found.append(News(newest, "list", {"views": counts}))
    if any(kind in {"emergency", "paged", "acknowledged"} for _, _, kind, _ in rows):
        found.append(News(newest, "notices", {}))
    return found


def may_hear(actor: Actor, news: dict[str, Any]) -> bool:
    """Tell whether a piece of news is about something this actor may see."""
    company_id = news.get("company")
    if not isinstance(company_id, int) or not actor.can(Ability.READ_TICKETS, company_id):
        return False
    queues = actor.grants[company_id].queues if company_id in actor.grants else frozenset()
    return not queues or news.get("queue") in queues
