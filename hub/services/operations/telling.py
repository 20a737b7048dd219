"""Telling everybody who waits for a task how it stands: an agent's words, each ticket a reply of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.task import TaskState
from hub.domain.ticket import AuthorKind, Direction, TicketStatus, Visibility
from hub.errors import Forbidden, Invalid
from hub.models import Message, Task, TaskEvent, Ticket, TicketEvent
from hub.services import idempotency
from hub.services.operations.tasks import find_task, tickets_of_task
from hub.services.operations.updates import STEPS, TaskNews
from hub.services.staff.scope import tickets_of
from hub.services.tickets.bulk import reply_to_all
from hub.services.tickets.history import record_on_task
from hub.services.tickets.undoing import Done, Failure

BEGINNINGS = STEPS | {"task created"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ticket that waits for a task; `told` when an agent has written to its people since the task's last step."""

    ticket: Ticket
    told: bool


def who_waits(desk: Desk, actor: Actor, number: int) -> tuple[Task, TaskNews, list[Waiting]]:
    """Return a task, how it stands, and the open tickets whose people wait for it; raises `NotFound` and `Forbidden`."""
    task = find_task(desk, actor, number)
    if not actor.can(Ability.WRITE_TO_PEOPLE, task.company_id):
        raise Forbidden("Operations cannot write to tenants. Ask customer service instead.")
    visible = desk.session.scalars(
        select(Ticket)
        .where(
            tickets_of(actor),
            Ticket.id.in_([each.id for each in tickets_of_task(desk, task)]),
            Ticket.status != TicketStatus.CLOSED,
        )
        .order_by(Ticket.id)
    ).all()
    numbers = [each.id for each in visible]
    events = desk.session.scalars(
        select(TicketEvent).where(TicketEvent.ticket_id.in_(numbers)).order_by(TicketEvent.id)
    ).all()
    said = desk.session.scalars(
        select(Message)
        .where(
            Message.ticket_id.in_(numbers),
            Message.direction == Direction.OUT,
            Message.visibility == Visibility.PUBLIC,
        )
        .order_by(Message.id)
    ).all()
    waiting = [Waiting(each, told=_is_told(task, each, events, said)) for each in visible]
    return task, _stands(desk, task), waiting


def tell_all(desk: Desk, actor: Actor, number: int, numbers: Sequence[int], text: str, *, form_id: str = "") -> Done:
    """Send an agent's words to the people of some tickets of a task, each on a reply of their own; the same form tells once.

    What cannot be sent is in `failures` with its reason. Raises `NotFound`, `Forbidden`, and `Invalid` for an empty text or
    where nobody is chosen.
    """
    task, _, waiting = who_waits(desk, actor, number)
    wanted = [each.ticket.id for each in waiting if each.ticket.id in set(numbers)]
    if not wanted:
        raise Invalid("Choose at least one ticket whose people shall be told.", field="number")
    key = _key(form_id, wanted, text)
    if key and actor.agent_id is not None:
        kept = idempotency.begin(desk, actor.agent_id, key, hashlib.sha256(key.encode()).digest())
        if kept is not None:
            body = json.loads(kept.body)
            return Done(tuple(body["numbers"]), tuple(Failure(*each) for each in body["failures"]))
    done = reply_to_all(desk, actor, wanted, text)
    if done.numbers:
        told = ", ".join(f"#{each}" for each in done.numbers)
        record_on_task(desk, task, "comment", actor=actor, text=f"told {told} how it stands")
    if key and actor.agent_id is not None:
        failures = [(each.number, each.reason) for each in done.failures]
        body = json.dumps({"numbers": done.numbers, "failures": failures}).encode()
        idempotency.finish(desk, actor.agent_id, key, idempotency.Kept(200, body))
    return done


def _is_told(task: Task, ticket: Ticket, events: Sequence[TicketEvent], said: Sequence[Message]) -> bool:
    """Tell whether an agent has written to a ticket's people since what they wait for took its last step."""
    steps = [
        each.created_at
        for each in events
        if each.ticket_id == ticket.id and each.kind in BEGINNINGS and each.facts.get("task") == task.id
    ]
    return any(
        each.ticket_id == ticket.id
        and each.author_kind == AuthorKind.AGENT
        and each.created_at >= max(steps, default=each.created_at)
        for each in said
    )


def _stands(desk: Desk, task: Task) -> TaskNews:
    state = TaskState(task.state)
    moved = select(TaskEvent.facts).where(TaskEvent.task_id == task.id, TaskEvent.kind == "moved")
    facts = desk.session.scalar(moved.order_by(TaskEvent.id.desc()).limit(1)) or {}
    visit = str(facts.get("visit", "")) if facts.get("state") == state else ""
    return TaskNews(task.id, state, reason=task.blocked_reason, until=task.blocked_until, visit=visit)


def _key(form_id: str, numbers: Sequence[int], text: str) -> str:
    """Return what makes it the same telling, or nothing where the form has no id of ours."""
    try:
        form = UUID(form_id)
    except ValueError:
        return ""
    held = hashlib.sha256(json.dumps((list(numbers), text)).encode()).hexdigest()
    return f"tell {form} {held}"
