"""What agents do with tickets beside writing: find, assign, queue, prioritise, snooze, close, reopen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.notification import Notice
from hub.domain.ticket import Priority, TicketStatus
from hub.errors import Forbidden, Invalid, NotFound, Refused
from hub.models import Agent, Correction, Membership, Prediction, Queue, Ticket
from hub.services.inbox.notifications import notify
from hub.services.metrics.reckoning import reckon
from hub.services.metrics.surveys import ask_after_closing, take_question_back
from hub.services.operations.tasks import open_tasks
from hub.services.settings.configuration import read_directory
from hub.services.staff.scope import tickets_of
from hub.services.tickets.history import record

LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Change:
    """What to change on a ticket; None leaves a field as it is, `unassign` and `wake` clear one.

    `snooze_for` is what it sleeps until beside the time: the answer or the task it waits for, in the words of `Snooze`.
    """

    queue: str | None = None
    assignee_id: int | None = None
    unassign: bool = False
    priority: str | None = None
    status: str | None = None
    tags: tuple[str, ...] | None = None
    snooze_until: datetime | None = None
    snooze_for: str = ""
    wake: bool = False
    reason: str = ""


def find_ticket(
    desk: Desk, actor: Actor, number: int, *, lock: bool = False, ability: Ability = Ability.READ_TICKETS
) -> Ticket:
    """Return a ticket this actor may see; raises `NotFound` alike for what does not exist and what is not theirs."""
    if not 0 < number <= LARGEST:
        raise NotFound(f"There is no ticket #{number}.")
    query = select(Ticket).where(Ticket.id == number, tickets_of(actor, ability=ability))
    if lock:
        desk.session.flush()  # what is read again below must hold our own changes, and those of whoever had the lock
        query = query.with_for_update().execution_options(populate_existing=True)
    ticket = desk.session.scalar(query)
    if ticket is None:
        raise NotFound(f"There is no ticket #{number}.")
    return ticket


def change_ticket(desk: Desk, actor: Actor, number: int, change: Change) -> Ticket:
    """Apply a change to a ticket, one event for each field that really changed.

    Raises `NotFound`, `Forbidden`, `Invalid` for unknown values, and `Refused` when it cannot be closed yet.
    """
    ticket = find_ticket(desk, actor, number, lock=True)
    if not actor.can(Ability.WORK_TICKETS, ticket.company_id):
        raise Forbidden("Your role may read this ticket but not change it.")
    before = (ticket.queue, ticket.priority)
    if change.queue is not None:
        _move(desk, actor, ticket, change.queue)
    if change.unassign or change.assignee_id is not None:
        _assign(desk, actor, ticket, None if change.unassign else change.assignee_id)
    if change.priority is not None:
        _prioritise(desk, actor, ticket, change.priority)
    if change.tags is not None:
        _tag(desk, actor, ticket, change.tags)
    if change.wake or change.snooze_until is not None:
        _snooze(desk, actor, ticket, None if change.wake else change.snooze_until, waits_for=change.snooze_for)
    if change.status is not None:
        _set_status(desk, actor, ticket, change.status, reason=change.reason)
    reckon(desk, read_directory(desk), ticket, reason=_reason(ticket, before), actor=actor)
    ticket.version += 1
    return ticket


def keep_prediction(desk: Desk, actor: Actor, number: int) -> Ticket:
    """Confirm the queue triage suggested: a training example, and the ticket leaves triage."""
    ticket = find_ticket(desk, actor, number, lock=True, ability=Ability.WORK_TICKETS)
    prediction = desk.session.scalar(
        select(Prediction).where(Prediction.ticket_id == ticket.id).order_by(Prediction.id.desc()).limit(1)
    )
    wanted = prediction.queue if prediction else ticket.queue
    before = ticket.queue
    ticket.queue = wanted
    _learn(desk, actor, ticket, before=before, source="confirm")
    record(desk, ticket, "queue kept", actor=actor, queue=wanted)
    if wanted != before:
        reckon(desk, read_directory(desk), ticket, reason="queue changed", actor=actor)
    return ticket


def _reason(ticket: Ticket, before: tuple[str, str]) -> str:
    """Return why due times may have moved."""
    queue, priority = before
    moved = (("queue changed", ticket.queue != queue), ("priority changed", ticket.priority != priority))
    return ", ".join(words for words, is_so in moved if is_so)


def mark_read(ticket: Ticket) -> None:
    """Note that somebody on the staff has opened a ticket."""
    ticket.unread = False


def _move(desk: Desk, actor: Actor, ticket: Ticket, queue: str) -> None:
    if queue == ticket.queue and ticket.band == "silent":
        return
    known = desk.session.scalar(select(Queue.id).where(Queue.company_id == ticket.company_id, Queue.slug == queue))
    if known is None:
        raise Invalid(
            f"There is no queue {queue!r}: use front-desk, maintenance, leasing, billing or other.", field="queue"
        )
    before, ticket.queue = ticket.queue, queue
    _learn(desk, actor, ticket, before=before, source="correct" if before != queue else "confirm")
    record(desk, ticket, "queue changed", actor=actor, before=before, after=queue)


def _learn(desk: Desk, actor: Actor, ticket: Ticket, *, before: str, source: str) -> None:
    ticket.band = "silent"
    desk.session.add(
        Correction(
            company_id=ticket.company_id,
            ticket_id=ticket.id,
            message_id=ticket.last_inbound_id,
            agent_id=actor.agent_id,
            queue_before=before,
            queue_after=ticket.queue,
            source=source,
        )
    )


def _assign(desk: Desk, actor: Actor, ticket: Ticket, agent_id: int | None) -> None:
    if agent_id == ticket.assignee_id:
        return
    name = ""
    if agent_id is not None:
        agent = desk.session.scalar(
            select(Agent)
            .join(Membership, Membership.agent_id == Agent.id)
            .where(
                Agent.id == agent_id,
                Agent.active,
                Membership.company_id == ticket.company_id,
                Membership.role != "operations",
            )
        )
        if agent is None:
            raise Invalid("This colleague does not answer people for this company: choose another.", field="assignee")
        name = agent.name
    ticket.assignee_id = agent_id
    record(desk, ticket, "assigned", actor=actor, agent=agent_id, name_shown=name)
    if agent_id != actor.agent_id:
        notify(desk, ticket, agent_id, Notice.ASSIGNED, f"v{ticket.version}", by=actor.name)


def _prioritise(desk: Desk, actor: Actor, ticket: Ticket, priority: str) -> None:
    if priority not in set(Priority):
        raise Invalid(f"{priority!r} is no priority: use low, normal, high or urgent.", field="priority")
    if priority == ticket.priority:
        return
    if ticket.emergency and priority != Priority.URGENT:
        raise Refused("This is an emergency: say why it is none before lowering it.")
    before, ticket.priority = ticket.priority, priority
    record(desk, ticket, "priority changed", actor=actor, before=before, after=priority)


def _tag(desk: Desk, actor: Actor, ticket: Ticket, tags: tuple[str, ...]) -> None:
    cleaned = (" ".join(tag.replace("\0", "").split())[:40] for tag in tags)
    wanted = sorted({tag for tag in cleaned if tag})
    if wanted != sorted(ticket.tags):
        record(desk, ticket, "tags changed", actor=actor, before=list(ticket.tags), after=wanted)
        ticket.tags = wanted


def _snooze(desk: Desk, actor: Actor, ticket: Ticket, until: datetime | None, *, waits_for: str = "") -> None:
    if until is not None and until.tzinfo is None:
        raise Invalid("Give the time with its zone, such as 2026-11-16T09:00:00+01:00.", field="snooze_until")
    if until is not None and until <= desk.clock.now():
        raise Invalid("Choose a time that is still to come.", field="snooze_until")
    ticket.snooze_until = until
    ticket.snoozed_for = waits_for if until else ""
    facts = {"until": until.isoformat() if until else "", "waits_for": ticket.snoozed_for}
    record(desk, ticket, "snoozed" if until else "woken", actor=actor, **facts)


def _set_status(desk: Desk, actor: Actor, ticket: Ticket, status: str, *, reason: str) -> None:
    if status not in set(TicketStatus):
        raise Invalid(f"{status!r} is no status: use new, open, pending, on_hold or closed.", field="status")
    if status == ticket.status:
        return
    if status == TicketStatus.CLOSED:
        waiting = open_tasks(desk, ticket)
        if waiting and not reason.strip():
            numbers = ", ".join(f"T-{each.id}" for each in waiting)
            raise Refused(f"Work is still open ({numbers}): say why the ticket may be closed all the same.")
        ticket.waiting_since = None
        ticket.wants_person = False
        ticket.snooze_until = None
        ticket.closed_at = desk.clock.now()
        ticket.unread = False
    before, ticket.status = ticket.status, status
    if before == TicketStatus.CLOSED:
        ticket.closed_at = None
        take_question_back(desk, ticket)
    record(desk, ticket, "status changed", actor=actor, before=before, after=status, reason=reason.strip())
    if status == TicketStatus.CLOSED:
        ask_after_closing(desk, ticket)
