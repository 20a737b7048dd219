"""Names and numbers that figures stand beside: companies, properties with their units, agents, comments, and what waits now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from hub.db import among
from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.models import Agent, Company, Contact, Property, Survey, Ticket, Unit
from hub.models.ticket import LIVE
from hub.services.metrics.figures import Asked
from hub.services.staff.scope import own_companies

MOST_COMMENTS = 50
MOST_LATE = 50


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said beside their score."""

    ticket_id: int
    score: int
    comment: str
    who: str
    audience: str


def metric_companies(desk: Desk, actor: Actor) -> list[Company]:
    """Return the companies whose metrics an actor may see."""
    query = select(Company).order_by(Company.id)
    if not actor.everything:
        query = query.where(Company.id.in_(sorted(actor.companies_with(Ability.SEE_METRICS))))
    return list(desk.session.scalars(query))


def property_names(desk: Desk, company_ids: Collection[int]) -> Mapping[int, str]:
    """Return the properties of some companies by name."""
    rows = desk.session.execute(
        select(Property.id, Property.name).where(Property.company_id.in_(company_ids)).order_by(Property.name)
    )
    return {row.id: row.name for row in rows}


def units_of(desk: Desk, property_ids: Collection[int]) -> Mapping[int, int]:
    """Return how many units each property has."""
    rows = desk.session.execute(
        select(Unit.property_id, func.count()).where(among(Unit.property_id, property_ids)).group_by(Unit.property_id)
    )
    return {row[0]: row[1] for row in rows}


def agent_names(desk: Desk, agent_ids: Collection[int]) -> Mapping[int, str]:
    """Return agents by name, in the order of their names."""
    rows = desk.session.execute(
        select(Agent.id, Agent.name).where(among(Agent.id, agent_ids)).order_by(Agent.name, Agent.id)
    )
    return {row.id: row.name for row in rows}


def comments_of(desk: Desk, actor: Actor, asked: Asked) -> Sequence[Said]:
    """Return what people said beside their scores in a period, newest first."""
    query = (
        select(Survey.ticket_id, Survey.score, Survey.comment, Contact.name, Survey.audience)
        .join(Contact, Contact.id == Survey.contact_id)
        .join(Ticket, Ticket.id == Survey.ticket_id)
        .where(
            own_companies(actor, Survey, ability=Ability.SEE_METRICS),
            func.date(Survey.answered_at).between(asked.begins, asked.ends),
            Survey.comment != "",
            *_limits(asked),
        )
        .order_by(Survey.answered_at.desc())
        .limit(MOST_COMMENTS)
    )
    return [Said(row[0], row[1] or 0, *row[2:]) for row in desk.session.execute(query)]


def waiting_tickets(desk: Desk, actor: Actor, asked: Asked) -> Sequence[tuple[str, bool, datetime, int]]:
    """Return status, whether operations work on it, since when it is open, and number of every open ticket."""
    since = func.coalesce(Ticket.first_message_at, Ticket.created_at)
    query = select(Ticket.status, Ticket.blocker != "", since, Ticket.id).where(
        own_companies(actor, Ticket, ability=Ability.SEE_METRICS), LIVE, *_limits(asked)
    )
    return [(row[0], row[1], row[2], row[3]) for row in desk.session.execute(query)]


def late_tickets(desk: Desk, actor: Actor, asked: Asked) -> Sequence[tuple[int, str, datetime]]:
    """Return number, subject and due time of tickets whose answer is late, the latest one first."""
    query = (
        select(Ticket.id, Ticket.subject, Ticket.due_at)
        .where(
            own_companies(actor, Ticket, ability=Ability.SEE_METRICS),
            LIVE,
            Ticket.due_at < desk.clock.now(),
            *_limits(asked),
        )
        .order_by(Ticket.due_at)
        .limit(MOST_LATE)
    )
    return [(row[0], row[1], row[2]) for row in desk.session.execute(query) if row[2] is not None]


def ticket_subjects(desk: Desk, numbers: Collection[int]) -> Sequence[tuple[int, str, str]]:
    """Return number, person and subject of some tickets, newest first."""
    query = select(Ticket.id, Ticket.requester_name, Ticket.subject).where(among(Ticket.id, numbers))
    return [(row[0], row[1], row[2]) for row in desk.session.execute(query.order_by(Ticket.id.desc()))]


def _limits(asked: Asked) -> list[ColumnElement[bool]]:
    members = asked.members
    roles = {"owners": ["owner"], "craftsmen": ["craftsman"]}
    audience = members.get("audience")
    wanted: list[ColumnElement[bool]] = [
        *([Ticket.company_id == asked.company_id] if asked.company_id else []),
        *(getattr(Ticket, name) == members[name] for name in ("queue", "channel", "topic") if name in members),
        *([Ticket.property_id == int(members["property_id"])] if "property_id" in members else []),
    ]
    if audience in roles:
        wanted.append(Ticket.requester_role.in_(roles[audience]))
    elif audience:
        wanted.append(Ticket.requester_role.not_in(["owner", "craftsman"]))
    return wanted
