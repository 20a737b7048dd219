"""The agents' inbox as queries: views and their counts, one page of rows, and all that one open ticket shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal_column, or_, select

from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.ticket import TicketStatus
from hub.errors import NotFound
from hub.models import (
    Mention,
    Message,
    Ticket,
)
from hub.services.inbox.filters import Filters, narrowed
from hub.services.staff.scope import tickets_of

PAGE = 50
MOST_COUNTED = 1000
BY_ACTIVITY = frozenset({"sent", "closed", "all", "quarantine"})
MOST_SENT = 200
CLOSED: ColumnElement[str] = literal_column(
    f"'{TicketStatus.CLOSED}'"
)  # no parameter: a plan for every value would miss the indexes of what is live
ANSWERABLE = (TicketStatus.NEW, TicketStatus.OPEN)
WAITING = (TicketStatus.PENDING, TicketStatus.ON_HOLD)

# NOT, and no IS FALSE: only so PostgreSQL sees that the indexes of what is live answer it.
LIVE = and_(Ticket.status != CLOSED, ~Ticket.history, ~Ticket.quarantined)
AWAKE = and_(LIVE, Ticket.snooze_until.is_(None))
CONDITIONS: dict[str, Callable[[Actor], ColumnElement[bool]]] = {
    "triage": lambda _: and_(AWAKE, Ticket.band.in_(("suggest", "ask"))),
    "mine": lambda actor: and_(AWAKE, Ticket.assignee_id == actor.agent_id, Ticket.status.in_(ANSWERABLE)),
    "unassigned": lambda _: and_(AWAKE, Ticket.assignee_id.is_(None), Ticket.status.in_(ANSWERABLE)),
    "waiting": lambda _: and_(AWAKE, Ticket.status.in_(WAITING)),
    "snoozed": lambda _: and_(LIVE, Ticket.snooze_until.is_not(None)),
    "mentions": lambda actor: and_(LIVE, mentions_me(actor)),
    "sent": lambda actor: Ticket.id.in_(_sent_lately(actor)),
    "closed": lambda _: and_(Ticket.status == TicketStatus.CLOSED, ~Ticket.history),
    "all": lambda _: ~Ticket.quarantined,
    "quarantine": lambda _: Ticket.quarantined.is_(True),
}
VIEWS = tuple(CONDITIONS)


@dataclass(frozen=True, slots=True)
class TicketPage:
    """One page of a view, and the cursor of the next one."""

    tickets: Sequence[Ticket]
    next: str


def condition_of(view: str, actor: Actor) -> ColumnElement[bool]:
    """Return what a view shows; raises `NotFound` for a view that does not exist."""
    if view not in CONDITIONS:
        raise NotFound(f"There is no view {view!r}.")
    return CONDITIONS[view](actor)


def list_tickets(
    desk: Desk, actor: Actor, view: str, *, filters: Filters | None = None, cursor: str = "", limit: int = PAGE
) -> TicketPage:
    """Return one page of a view: most urgent first, closed and all by newest activity; keyset pages, never an offset."""
    query = select(Ticket).where(tickets_of(actor), condition_of(view, actor), *narrowed(actor, filters or Filters()))
    query = by_activity(query, cursor) if view in BY_ACTIVITY else _by_urgency(query, cursor)
    found = desk.session.scalars(query.limit(limit + 1)).all()
    page = found[:limit]
    more = len(found) > limit
    return TicketPage(page, cursor_after(page[-1], by_activity=view in BY_ACTIVITY) if more else "")


def count_views(desk: Desk, actor: Actor, kept: Mapping[str, tuple[str, Filters]] | None = None) -> dict[str, int]:
    """Return how many tickets each live view holds, counted to a thousand at the most, in one statement.

    `kept` are views with filters, counted beside the others under the names they are given with.
    """
    counted = {view: condition_of(view, actor) for view in VIEWS if view not in BY_ACTIVITY}
    counted |= {
        name: and_(condition_of(view, actor), *narrowed(actor, filters))
        for name, (view, filters) in (kept or {}).items()
    }
    parts = [
        select(func.count())
        .select_from(select(Ticket.id).where(tickets_of(actor), condition).limit(MOST_COUNTED).subquery())
        .scalar_subquery()
        for condition in counted.values()
    ]
    row = desk.session.execute(select(*parts)).one()
    return dict(zip(counted, row, strict=True))


def mentions_me(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which a ticket waits for this agent because a note names them."""
    return exists().where(
        Mention.ticket_id == Ticket.id, Mention.agent_id == actor.agent_id, Mention.settled_at.is_(None)
    )


def _sent_lately(actor: Actor) -> Select[int]:
    """Select the tickets of the last replies an agent has sent."""
    mine = (Message.agent_id == actor.agent_id, Message.visibility == "public", Message.direction == "out")
    return select(Message.ticket_id).where(*mine).order_by(Message.id.desc()).limit(MOST_SENT)


def by_activity(query: Select[Ticket], cursor: str) -> Select[Ticket]:
    """Return a query with the tickets after a cursor, newest activity first."""
    at, number = _read_cursor(cursor)
    if number is not None and at is not None:
        query = query.where(or_(Ticket.last_activity_at < at, and_(Ticket.last_activity_at == at, Ticket.id < number)))
    return query.order_by(Ticket.last_activity_at.desc(), Ticket.id.desc())


def _by_urgency(query: Select[Ticket], cursor: str) -> Select[Ticket]:
    """Return a query with the tickets after a cursor: emergencies, then who asked for a person, then by when it is due."""
    emergency, wanted = cursor.startswith("!"), cursor.lstrip("!").startswith("+")
    due, number = _read_cursor(cursor.lstrip("!+"))
    if number is not None:
        if due is None:
            after = and_(Ticket.due_at.is_(None), Ticket.id > number)
        else:
            after = or_(Ticket.due_at > due, Ticket.due_at.is_(None), and_(Ticket.due_at == due, Ticket.id > number))
        same = and_(Ticket.emergency.is_(emergency), Ticket.wants_person.is_(wanted), after)
        if wanted:
            same = or_(same, and_(Ticket.emergency.is_(emergency), Ticket.wants_person.is_(False)))
        query = query.where(or_(same, Ticket.emergency.is_(False)) if emergency else same)
    ranks = (Ticket.emergency.desc(), Ticket.wants_person.desc(), Ticket.due_at.asc().nulls_last())
    return query.order_by(*ranks, Ticket.id)


def cursor_after(ticket: Ticket, *, by_activity: bool) -> str:
    """Return the cursor that goes on after a ticket."""
    if by_activity:
        return f"{ticket.last_activity_at.isoformat()}~{ticket.id}"
    due = ticket.due_at.isoformat() if ticket.due_at else ""
    return f"{'!' if ticket.emergency else ''}{'+' if ticket.wants_person else ''}{due}~{ticket.id}"


def _read_cursor(cursor: str) -> tuple[datetime | None, int | None]:
    """Return the instant and number of a cursor; a broken one is the first page."""
    at, _, number = cursor.partition("~")
    if not number.isascii() or not number.isdecimal() or len(number) > 18:
        return None, None
    try:
        return (datetime.fromisoformat(at) if at else None), int(number)
    except ValueError:
        return None, None
