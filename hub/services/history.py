"""The append-only history of tickets: every change is one event, and open pages hear of it."""

from __future__ import annotations

from typing import Any

from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.ticket import AuthorKind
from hub.models import Ticket, TicketEvent


def record(desk: Desk, ticket: Ticket, kind: str, *, actor: Actor | None = None, **facts: Any) -> TicketEvent:
    """Add one line to a ticket's history, in an agent's name or, without one, the machine's."""
    by = AuthorKind.AGENT if actor and actor.agent_id else AuthorKind.MACHINE
    event = make_event(desk, ticket, kind, by=by, name=actor.name if actor else "", **facts)
    event.agent_id = actor.agent_id if actor else None
    desk.session.add(event)
    return event


def make_event(
    desk: Desk, ticket: Ticket, kind: str, *, by: AuthorKind, name: str, message_id: int | None = None, **facts: Any
) -> TicketEvent:
    """Return a line of history not yet added to the session, and tell open pages of it once it is committed."""
    return TicketEvent(**event_values(desk, ticket, kind, by=by, name=name, message_id=message_id, **facts))


def event_values(
    desk: Desk, ticket: Ticket, kind: str, *, by: AuthorKind, name: str, message_id: int | None = None, **facts: Any
) -> dict[str, Any]:
    """Return the columns of such a line, for who writes many at once."""
    desk.tell({"company": ticket.company_id, "ticket": ticket.id, "kind": kind, "queue": ticket.queue})
    return {
        "company_id": ticket.company_id,
        "ticket_id": ticket.id,
        "kind": kind,
        "actor_kind": by,
        "actor_name": name,
        "message_id": message_id,
        "facts": facts,
        "created_at": desk.clock.now(),
    }
