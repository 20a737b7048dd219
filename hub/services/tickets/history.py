"""The append-only history of tickets and tasks: every change is one event, and open pages hear of it."""

from __future__ import annotations

from typing import Any

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.ticket import AuthorKind
from hub.models import Task, TaskEvent, Ticket, TicketEvent


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


def record_on_task(
    desk: Desk,
    task: Task,
    kind: str,
    *,
    actor: Actor | None = None,
    by: AuthorKind | None = None,
    name: str = "",
    **facts: str,
) -> None:
    """Add one line to a task's history: by the side an actor stands on, or by the machine, unless it is said."""
    if by is None and actor is not None:
        by = AuthorKind.OPERATIONS if actor.can(Ability.WORK_TASKS, task.company_id) else AuthorKind.AGENT
    desk.session.add(
        TaskEvent(
            company_id=task.company_id,
            task_id=task.id,
            kind=kind,
            actor_kind=by or AuthorKind.MACHINE,
            agent_id=actor.agent_id if actor else None,
            actor_name=name or (actor.name if actor else ""),
            facts=facts,
            created_at=desk.clock.now(),
        )
    )
