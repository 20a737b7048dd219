"""Who works at this browser: the account, its rights as they are now, and the companies it serves, in one statement."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from hub.db import among
from hub.desk import Desk
from hub.domain.access import Actor, Grant, Role
from hub.models import Agent, Company, Membership, SignIn


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody of the staff who is signed in."""

    agent: Agent
    actor: Actor
    companies: dict[int, Company]


def find_staff(desk: Desk, secret: str) -> Staff | None:
    """Return who is behind a browser's secret, read afresh: a sign-in that was ended and rights taken away end at once."""
    if not secret:
        return None
    rows = desk.session.execute(
        select(Agent, Membership, Company)
        .join(SignIn, SignIn.agent_id == Agent.id)
        .outerjoin(Membership, Membership.agent_id == Agent.id)
        .outerjoin(Company, Company.id == Membership.company_id)
        .where(
            SignIn.secret_hash == desk.vault.digest("sign-in", secret),
            SignIn.ended_at.is_(None),
            SignIn.expires_at > desk.clock.now(),
            Agent.active,
        )
        .order_by(Membership.id)
    ).all()
    if not rows:
        return None
    agent: Agent = rows[0][0]
    grants = {each.company_id: grant_of(each) for _, each, _ in rows if each is not None}
    companies = {each.id: each for _, _, each in rows if each is not None}
    return Staff(agent, Actor(agent.id, agent.name, grants), companies)


def actors_of(desk: Desk, agent_ids: Collection[int]) -> dict[int, Actor]:
    """Return active agents with their grants, by id; who has left is missing."""
    rows = desk.session.execute(
        select(Agent.id, Agent.name, Membership)
        .outerjoin(Membership, Membership.agent_id == Agent.id)
        .where(among(Agent.id, agent_ids), Agent.active)
    )
    names: dict[int, str] = {}
    grants: dict[int, dict[int, Grant]] = {}
    for agent_id, name, row in rows:
        names[agent_id] = name
        theirs = grants.setdefault(agent_id, {})
        if row is not None:
            theirs[row.company_id] = grant_of(row)
    return {each: Actor(each, names[each], grants[each]) for each in names}


def grant_of(row: Membership) -> Grant:
    """Return what a membership allows."""
    return Grant(Role(row.role), frozenset(row.queues), row.balances)
