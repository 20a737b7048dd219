"""Who is at which ticket, so that no two people answer the same person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.dialects.postgresql import insert

from hub.db import among
from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.presence import GONE_AFTER
from hub.errors import Invalid
from hub.models import Agent, Presence
from hub.services.tickets.tickets import find_ticket

STATES = ("viewing", "replying")
LEFT = "left"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody else at a ticket."""

    name: str
    replying: bool


def be_present(desk: Desk, actor: Actor, number: int, state: str) -> list[Colleague]:
    """Note what this agent does at a ticket (viewing, replying, left) and return who else is there; raises `NotFound`, `Invalid`."""
    ticket = find_ticket(desk, actor, number)
    if state not in (*STATES, LEFT):
        raise Invalid("At a ticket one is viewing, replying, or has left.", field="state")
    if actor.agent_id is None:
        return []
    now = desk.clock.now()
    mine = (Presence.ticket_id == ticket.id, Presence.agent_id == actor.agent_id)
    before = desk.session.execute(select(Presence.state, Presence.seen_at).where(*mine)).one_or_none()
    was = before.state if before is not None and before.seen_at > now - GONE_AFTER else LEFT
    if state == LEFT:
        desk.session.execute(delete(Presence).where(*mine))
    else:
        _write(desk, actor.agent_id, ticket.company_id, ticket.id, state)
    if was != state:
        desk.tell({"company": ticket.company_id, "ticket": ticket.id, "kind": "presence", "queue": ticket.queue})
    return present_at(desk, actor, [ticket.id]).get(ticket.id, [])


def present_at(desk: Desk, actor: Actor, numbers: Collection[int]) -> dict[int, list[Colleague]]:
    """Return who else is at some tickets now, those replying first, in one statement."""
    return colleagues_in(desk.session.execute(select_present(desk, actor, numbers)))


def select_present(desk: Desk, actor: Actor, numbers: Collection[int]) -> Select[str, datetime, str, int]:
    """Select who else is at some tickets now: state, since when, name and ticket."""
    return (
        select(Presence.state, Presence.began_at, Agent.name, Presence.ticket_id)
        .join(Agent, Agent.id == Presence.agent_id)
        .where(
            among(Presence.ticket_id, numbers),
            Presence.agent_id != (actor.agent_id or 0),
            Presence.seen_at > desk.clock.now() - GONE_AFTER,
        )
    )


def colleagues_in(rows: Iterable[Any]) -> dict[int, list[Colleague]]:
    """Return what `select_present` found by ticket, those replying first, then who came first."""
    found: dict[int, list[Colleague]] = {}
    for state, _, name, ticket_id in sorted(map(tuple, rows)):
        found.setdefault(ticket_id, []).append(Colleague(name, state == "replying"))
    return found


def forget_absent(desk: Desk) -> None:
    """Remove those who went without a word an hour ago."""
    desk.session.execute(delete(Presence).where(Presence.seen_at < desk.clock.now() - timedelta(hours=1)))


def _write(desk: Desk, agent_id: int, company_id: int, ticket_id: int, state: str) -> None:
    now = desk.clock.now()
    row = {
        "company_id": company_id,
        "ticket_id": ticket_id,
        "agent_id": agent_id,
        "state": state,
        "began_at": now,
        "seen_at": now,
    }
    desk.session.execute(
        insert(Presence)
        .values(row)
        .on_conflict_do_update(index_elements=["ticket_id", "agent_id"], set_={"state": state, "seen_at": now})
    )
