"""Two tickets of one person become one; the old number leads to the new, and for a day there is a way back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.ticket import TicketStatus
from hub.errors import Forbidden, Invalid, Refused
from hub.models import Ticket
from hub.services.metrics.reckoning import reckon
from hub.services.settings.configuration import read_directory
from hub.services.staff.scope import tickets_of
from hub.services.tickets.history import record
from hub.services.tickets.moving import move_rows
from hub.services.tickets.tickets import find_ticket
from hub.services.tickets.undoing import Undoable

MOST = 12
WAITS = frozenset({TicketStatus.NEW, TicketStatus.OPEN})


def merge_candidates(desk: Desk, actor: Actor, ticket: Ticket) -> Sequence[Ticket]:
    """Return the other tickets of the same person, the newest first."""
    if ticket.contact_id is None:
        return []
    query = select(Ticket).where(
        Ticket.contact_id == ticket.contact_id,
        Ticket.id != ticket.id,
        Ticket.merged_into_id.is_(None),
        Ticket.history.is_(False),
        tickets_of(actor),
    )
    return desk.session.scalars(query.order_by(Ticket.last_activity_at.desc()).limit(MOST)).all()


def merge_tickets(desk: Desk, actor: Actor, number: int, into: int) -> tuple[Ticket, UUID | None]:
    """Put everything of a ticket onto another and return that one with the way back.

    Raises `NotFound`, `Forbidden`, `Invalid` for a ticket and itself, and `Refused` for tickets of two people, for whoever
    answers would write to both; for one that was merged before; and for an emergency nobody has taken.
    """
    if number == into:
        raise Invalid("Choose another ticket: this is the same one.", field="into")
    locked = {each: find_ticket(desk, actor, each, lock=True) for each in sorted((number, into))}
    source, target = locked[number], locked[into]
    if not actor.can(Ability.WORK_TICKETS, source.company_id):
        raise Forbidden("Your role may read this ticket but not change it.")
    _check(source, target)
    undoable = Undoable(desk, actor, "merge")
    moved: dict[str, list[object]] = {}

    def leave() -> Ticket:
        moved.update(move_rows(desk, source, target))
        return _close(desk, actor, source, target)

    waiting, tags, status = source.waiting_since, list(source.tags), source.status
    undoable.step(source.id, leave)
    undoable.step(target.id, lambda: _take_over(desk, actor, source, target, waiting=waiting, tags=tags, status=status))
    way_back = undoable.finish(moved=moved, source=source.id, target=target.id)
    return target, way_back


def _check(source: Ticket, target: Ticket) -> None:
    if source.merged_into_id or target.merged_into_id:
        gone = source if source.merged_into_id else target
        raise Refused(f"#{gone.id} was merged into #{gone.merged_into_id} before.")
    if source.company_id != target.company_id:
        raise Refused("These tickets are of two companies.")
    if source.contact_id is None or source.contact_id != target.contact_id:
        raise Refused(
            f"#{source.id} is of {source.requester_name}, #{target.id} of {target.requester_name}: "
            "an answer would reach both. Put both on one task instead."
        )
    if source.emergency and source.acknowledged_by_agent_at is None:
        raise Refused("This is an emergency that nobody has taken yet: take it first.")


def _close(desk: Desk, actor: Actor, source: Ticket, target: Ticket) -> Ticket:
    source.merged_into_id = target.id
    source.status = TicketStatus.CLOSED
    source.closed_at = desk.clock.now()
    source.waiting_since = source.due_at = source.snooze_until = None
    source.unread = False
    source.blocker = ""
    source.version += 1
    record(desk, source, "merged into", actor=actor, into=target.id)
    return source


def _take_over(
    desk: Desk, actor: Actor, source: Ticket, target: Ticket, *, waiting: datetime | None, tags: list[str], status: str
) -> Ticket:
    both = [each for each in (target.waiting_since, waiting) if each is not None]
    target.waiting_since = min(both, default=None)
    target.tags = sorted({*target.tags, *tags})
    if status in WAITS and target.status not in WAITS:
        target.status = TicketStatus.OPEN
        target.closed_at = None
    target.snooze_until = None
    target.last_activity_at = desk.clock.now()
    target.version += 1
    reckon(desk, read_directory(desk), target, reason="merged", actor=actor)
    waits = target.waiting_since.isoformat() if target.waiting_since else ""
    record(desk, target, "merged from", actor=actor, merged=source.id, subject=source.subject, waiting_since=waits)
    return target
