"""Telling agents of what concerns them: once for each event, and never of what they have on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.notification import Notice
from hub.domain.presence import GONE_AFTER
from hub.models import Notification, Presence, Ticket
from hub.services.pages import Page, clamp, cut, read_number, write_cursor
from hub.services.staff.scope import tickets_of

KEPT = timedelta(days=90)
MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Told:
    """A notification with the ticket it is about."""

    notification: Notification
    ticket: Ticket


def notify(desk: Desk, ticket: Ticket, agent_id: int | None, kind: Notice, occasion: str, *, by: str = "") -> bool:
    """Tell an agent of something and return whether they were told: not twice, and not of what is on their screen."""
    if agent_id is None or _is_on_screen(desk, ticket, agent_id):
        return False
    row = {
        "company_id": ticket.company_id,
        "agent_id": agent_id,
        "ticket_id": ticket.id,
        "kind": kind,
        "occasion": occasion,
        "by_name": by,
        "created_at": desk.clock.now(),
    }
    written = insert(Notification).values(row).on_conflict_do_nothing().returning(Notification.id)
    if desk.session.scalar(written) is None:
        return False
    news = {"company": ticket.company_id, "ticket": ticket.id, "kind": "notification", "queue": ticket.queue}
    desk.tell(news | {"agent": agent_id, "what": kind, "by": by})
    return True


def list_notifications(desk: Desk, actor: Actor, *, cursor: str = "", limit: int = 50) -> Page[Told]:
    """Return one page of what an agent was told of, newest first; raises `Invalid` for a broken cursor."""
    query = (
        select(Notification, Ticket)
        .join(Ticket, Ticket.id == Notification.ticket_id)
        .where(Notification.agent_id == actor.agent_id, tickets_of(actor))
    )
    before = read_number(cursor) if cursor else None
    if before is not None:
        query = query.where(Notification.id < before)
    rows = desk.session.execute(query.order_by(Notification.id.desc()).limit(clamp(limit) + 1))
    return cut([Told(*row) for row in rows], limit, lambda told: write_cursor(told.notification.id))


def select_unseen_count(actor: Actor) -> Select[int]:
    """Select of how many things an agent was told that they have not looked at, counted to a hundred at the most."""
    unseen = select(Notification.id).where(unseen_by(actor)).limit(MOST_COUNTED).subquery()
    return select(func.count().label("unseen")).select_from(unseen)


def count_unseen(desk: Desk, actor: Actor) -> int:
    """Return how many they are."""
    return desk.session.scalar(select_unseen_count(actor)) or 0


def see_ticket(desk: Desk, actor: Actor, number: int) -> None:
    """Note that an agent looks at a ticket: what they were told of it is seen."""
    see_all(desk, actor, Notification.ticket_id == number)


def see_all(desk: Desk, actor: Actor, *only: ColumnElement[bool]) -> None:
    """Note that an agent has seen what they were told of."""
    desk.session.execute(
        update(Notification)
        .where(unseen_by(actor), *only)
        .values(seen_at=desk.clock.now())
        .execution_options(synchronize_session=False)
    )


def forget_old_notifications(desk: Desk) -> None:
    """Remove what somebody was told of three months ago."""
    desk.session.execute(delete(Notification).where(Notification.created_at < desk.clock.now() - KEPT))


def unseen_by(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which an agent was told of something and has not looked at it."""
    return (Notification.agent_id == actor.agent_id) & Notification.seen_at.is_(None)


def _is_on_screen(desk: Desk, ticket: Ticket, agent_id: int) -> bool:
    there = exists().where(
        Presence.ticket_id == ticket.id,
        Presence.agent_id == agent_id,
        Presence.seen_at > desk.clock.now() - GONE_AFTER,
    )
    return bool(desk.session.scalar(select(there)))
