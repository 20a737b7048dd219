"""Tickets by newest activity, narrowed and searched: for programs, which want every ticket and not a view."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select

from hub.desk import Desk
from hub.domain.access import Actor
from hub.errors import Invalid, Stale
from hub.models import Agent, Company, Ticket
from hub.services.inbox.finding import found_by
from hub.services.pages import Page, clamp, cut, read_instant, write_cursor
from hub.services.staff.scope import tickets_of
from hub.services.tickets.tickets import find_ticket

MINE, NOBODYS = "me", "none"


@dataclass(frozen=True, slots=True)
class TicketFilters:
    """What narrows the list; `assignee` is a staff account's id, `me` or `none`."""

    queue: str = ""
    status: str = ""
    assignee: str = ""
    company: str = ""
    words: str = ""
    quarantined: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A ticket with the names behind its company and assignee."""

    ticket: Ticket
    company: Company
    assignee: Agent | None


def list_by_activity(
    desk: Desk, actor: Actor, filters: TicketFilters, *, cursor: str = "", limit: int = 50
) -> Page[Listed]:
    """Return one page of the tickets an actor may see, newest activity first; raises `Invalid` for a broken cursor."""
    query = (
        select(Ticket, Company, Agent)
        .join(Company, Company.id == Ticket.company_id)
        .outerjoin(Agent, Agent.id == Ticket.assignee_id)
        .where(tickets_of(actor), Ticket.quarantined.is_(filters.quarantined), *_narrowed(actor, filters))
    )
    before = read_instant(cursor)
    if before is not None:
        at, number = before
        query = query.where(or_(Ticket.last_activity_at < at, and_(Ticket.last_activity_at == at, Ticket.id < number)))
    ordered = query.order_by(Ticket.last_activity_at.desc(), Ticket.id.desc()).limit(clamp(limit) + 1)
    found = [Listed(ticket, company, agent) for ticket, company, agent in desk.session.execute(ordered)]
    return cut(found, limit, lambda row: write_cursor(row.ticket.id, row.ticket.last_activity_at))


def read_ticket(desk: Desk, actor: Actor, number: int) -> Listed:
    """Return one ticket with its names; raises `NotFound`."""
    return name_ticket(desk, find_ticket(desk, actor, number))


def name_ticket(desk: Desk, ticket: Ticket) -> Listed:
    """Return a ticket with the names behind it."""
    company = desk.session.get(Company, ticket.company_id)
    assert company is not None
    agent = desk.session.get(Agent, ticket.assignee_id) if ticket.assignee_id is not None else None
    return Listed(ticket, company, agent)


def check_version(desk: Desk, actor: Actor, number: int, version: int | None) -> None:
    """Lock a ticket and see that nobody changed it meanwhile; raises `NotFound` and `Stale`."""
    ticket = find_ticket(desk, actor, number, lock=True)
    if version is not None and version != ticket.version:
        raise Stale(f"#{number} was changed meanwhile (version {ticket.version}): read it again, then change it.")


def find_assignee(desk: Desk, actor: Actor, wanted: str) -> int:
    """Return the staff account behind `me` or a mail address; raises `Invalid` where nobody is meant."""
    if wanted == MINE and actor.agent_id is not None:
        return actor.agent_id
    found = desk.session.scalar(select(Agent.id).where(Agent.email == wanted.strip().lower()))
    if found is None:
        raise Invalid("No colleague has this address: give an id or an address from the ticket list.", field="assignee")
    return found


def _narrowed(actor: Actor, filters: TicketFilters) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if filters.queue:
        chosen.append(Ticket.queue == filters.queue)
    if filters.status:
        chosen.append(Ticket.status == filters.status)
    if filters.assignee == NOBODYS:
        chosen.append(Ticket.assignee_id.is_(None))
    elif filters.assignee:
        chosen.append(Ticket.assignee_id == (actor.agent_id if filters.assignee == MINE else int(filters.assignee)))
    if filters.company:
        chosen.append(Company.slug == filters.company)
    if filters.words:
        chosen.append(found_by(actor, filters.words))
    return chosen
