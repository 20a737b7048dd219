"""What leaves and what has left, newest first, for those who may see the tickets it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.delivery import OutboxState, Purpose
from hub.errors import Forbidden, NotFound
from hub.models import OutboxRow, Ticket
from hub.services.pages import Page, newest_first
from hub.services.sending.outbox import find_row
from hub.services.sending.sending import retry
from hub.services.staff.scope import own_companies, tickets_of


@dataclass(frozen=True, slots=True)
class OutboxFilters:
    """What narrows the list; without a state the cancelled rows are left out."""

    state: str = ""
    channel: str = ""
    ticket: int | None = None


def list_outbox(
    desk: Desk, actor: Actor, filters: OutboxFilters, *, cursor: str = "", limit: int = 50
) -> Page[OutboxRow]:
    """Return one page of outbox rows, newest first; raises `Invalid`."""
    wanted = OutboxRow.state == filters.state if filters.state else OutboxRow.state != OutboxState.CANCELLED
    query = _visible(actor).where(wanted)
    if filters.channel:
        query = query.where(OutboxRow.channel == filters.channel)
    if filters.ticket is not None:
        query = query.where(OutboxRow.ticket_id == filters.ticket)
    return newest_first(desk.session, query, OutboxRow.position, cursor=cursor, limit=limit)


def find_outgoing(desk: Desk, actor: Actor, outbox_id: UUID) -> OutboxRow:
    """Return one outbox row; raises `NotFound`."""
    row: OutboxRow | None = desk.session.scalar(_visible(actor).where(OutboxRow.id == outbox_id))
    if row is None:
        raise NotFound("There is no such message.")
    return row


def retry_outgoing(desk: Desk, actor: Actor, outbox_id: UUID) -> OutboxRow:
    """Try a failed row again; raises `NotFound`, `Forbidden`, and `Refused` for one that has not failed."""
    row = find_row(desk, actor, outbox_id)
    if not actor.can(Ability.WRITE_TO_PEOPLE, row.company_id):
        raise Forbidden("Your role may read what leaves but not send it again.")
    retry(desk, row)
    return row


def body_shown(desk: Desk, row: OutboxRow) -> str | None:
    """Return the text of a row; the links and codes by which people sign in or act are shown only where nothing is real."""
    if row.purpose in {Purpose.SIGN_IN, Purpose.TASK} and not (desk.settings.demo and desk.settings.practice):
        return None
    return str(row.payload.get("text", ""))


def _visible(actor: Actor) -> Select[Any]:
    """Select the rows of tickets an actor may see, and those without a ticket of companies they see whole; webhooks have a log."""
    whole = [
        company for company in actor.companies_with(Ability.READ_TICKETS) if not actor.grants[company].queues
    ]  # fmt: skip
    without = OutboxRow.ticket_id.is_(None) & OutboxRow.company_id.in_(whole)
    return (
        select(OutboxRow)
        .outerjoin(Ticket, Ticket.id == OutboxRow.ticket_id)
        .where(own_companies(actor, OutboxRow), or_(tickets_of(actor), without), OutboxRow.channel != "webhook")
    )
