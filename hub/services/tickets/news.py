"""What happened on the tickets somebody may see, since an event they have seen: events are the source, Redis only hurries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, true

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.models import Ticket, TicketEvent
from hub.services.inbox.saved_views import count_with_saved, saved_views
from hub.services.staff.scope import tickets_of

MOST = 100
OVERLAP = 200
LATEST = timedelta(seconds=30)
NOTICED = frozenset({"emergency", "paged", "acknowledged"})
MESSAGES = frozenset({"first message", "message received", "reply", "note", "machine message", "files came"})


@dataclass(frozen=True, slots=True)
class Happened:
    """A committed event: what its ticket is to those who may see it, and the message it is about."""

    number: int
    ticket: int
    company: int
    queue: str
    kind: str
    message: int | None


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
    """Return what happened after an event, at most a hundred lines, and the counts of the views where anything did."""
    found = news_of(happened_since(desk, since, told=told, actor=actor), actor, since)
    return [*found, count_news(desk, actor, found[-1].id)] if found else []


def happened_since(desk: Desk, since: int, *, told: Collection[int] = (), actor: Actor | None = None) -> list[Happened]:
    """Return the events after one, at most a hundred: all of them, or those an actor may see.

    Events are numbered when they are written and seen when they are committed, so that a smaller number may come later:
    what was written just before is looked at once more, but for the events `told` already.
    """
    late = and_(TicketEvent.id > since - OVERLAP, TicketEvent.created_at > desk.clock.now() - LATEST)
    columns = (TicketEvent.id, Ticket.id, Ticket.company_id, Ticket.queue, TicketEvent.kind, TicketEvent.message_id)
    rows = desk.session.execute(
        select(*columns)
        .join(Ticket, Ticket.id == TicketEvent.ticket_id)
        .where(or_(TicketEvent.id > since, late), TicketEvent.id.not_in(told))
        .where(tickets_of(actor) if actor is not None else true())
        .order_by(TicketEvent.id)
        .limit(MOST)
    )
    return [Happened(*each) for each in rows]


def news_of(events: Sequence[Happened], actor: Actor, since: int) -> list[News]:
    """Return the news that events are to an actor, in order; none of them leads back behind `since`."""
    heard = [each for each in events if may_see(actor, each.company, each.queue)]
    found = [
        News(
            max(since, each.number),
            "message" if each.kind in MESSAGES and each.message else "ticket",
            {"ticket": each.ticket, "message": each.message},
            each.number,
        )
        for each in heard
    ]
    if any(each.kind in NOTICED for each in heard):
        found.append(News(found[-1].id, "notices", {}))
    return found


def count_news(desk: Desk, actor: Actor, last: int) -> News:
    """Return how many tickets each view of an actor holds now."""
    counts = count_with_saved(desk, actor, saved_views(desk, actor))
    return News(last, "list", {"views": {path: str(count) for path, count in counts.items()}})


def may_hear(actor: Actor, news: dict[str, Any]) -> bool:
    """Tell whether a piece of news is about something this actor may see."""
    company_id = news.get("company")
    return isinstance(company_id, int) and may_see(actor, company_id, news.get("queue"))


def may_see(actor: Actor, company_id: int, queue: object) -> bool:
    """Tell whether an actor may see the tickets of a company's queue."""
    if not actor.can(Ability.READ_TICKETS, company_id):
        return False
    queues = actor.grants[company_id].queues if company_id in actor.grants else frozenset()
    return not queues or queue in queues
