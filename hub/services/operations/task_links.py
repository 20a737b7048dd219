"""Which tickets wait for which task: put together and taken apart by an agent's hand."""

from __future__ import annotations

from sqlalchemy import Select, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.task import OPEN_STATES, STATE_WORDS, TaskState
from hub.domain.ticket import TicketStatus
from hub.errors import Forbidden, NotFound, Refused
from hub.models import Task, TaskTicket, Ticket
from hub.services.inbox.finding import found_by
from hub.services.operations.tasks import find_task, post_card, say_what_blocks
from hub.services.settings.configuration import Directory
from hub.services.staff.scope import tickets_of
from hub.services.tickets.history import record, record_on_task
from hub.services.tickets.tickets import find_ticket

LINKED, UNLINKED = "task linked", "task unlinked"
MOST_FOUND = 20


def link_ticket(desk: Desk, directory: Directory, actor: Actor, number: int, ticket_number: int) -> Task:
    """Let a ticket wait for a task that there is already; again it changes nothing.

    Raises `NotFound`, `Forbidden`, and `Refused` where task or ticket is over or they belong to two companies.
    """
    task, ticket = _both(desk, actor, number, ticket_number)
    if ticket.company_id != task.company_id:
        raise Refused(f"#{ticket.id} belongs to another company than T-{task.id}.")
    if task.state not in OPEN_STATES:
        raise Refused(f"T-{task.id} is {STATE_WORDS[TaskState(task.state)]}: nobody waits for it any more.")
    if ticket.status == TicketStatus.CLOSED:
        raise Refused(f"#{ticket.id} is closed: reopen it first, then link it.")
    if _link(desk, task, ticket) is not None:
        return task
    desk.session.add(TaskTicket(company_id=task.company_id, task_id=task.id, ticket_id=ticket.id))
    until = task.blocked_until.isoformat() if task.blocked_until else ""
    facts = {"state": task.state, "reason": task.blocked_reason, "until": until}
    record(desk, ticket, LINKED, actor=actor, task=task.id, title=task.title, **facts)
    _settle(desk, directory, actor, task, ticket, f"#{ticket.id} waits for this too")
    return task


def unlink_ticket(desk: Desk, directory: Directory, actor: Actor, number: int, ticket_number: int) -> Task:
    """Let a ticket wait for a task no longer; raises `NotFound` and `Forbidden`."""
    task, ticket = _both(desk, actor, number, ticket_number)
    link = _link(desk, task, ticket)
    if link is None:
        return task
    desk.session.delete(link)
    record(desk, ticket, UNLINKED, actor=actor, task=task.id, title=task.title)
    _settle(desk, directory, actor, task, ticket, f"#{ticket.id} does not wait for this any more")
    return task


def tickets_to_link(desk: Desk, actor: Actor, task: Task, question: str) -> list[Ticket]:
    """Return the open tickets a number or some words find that a task does not serve yet, newest activity first."""
    if not question.replace("\0", " ").strip():
        return []
    query = _linkable(actor, task).where(found_by(actor, question))
    return list(desk.session.scalars(query.limit(MOST_FOUND)))


def tickets_nearby(desk: Desk, actor: Actor, task: Task) -> list[Ticket]:
    """Return the open tickets of a task's building that it does not serve yet: an outage is written about by many."""
    if task.property_id is None:
        return []
    query = _linkable(actor, task).where(Ticket.property_id == task.property_id)
    return list(desk.session.scalars(query.limit(MOST_FOUND)))


def tasks_nearby(desk: Desk, ticket: Ticket) -> list[Task]:
    """Return the open tasks of a ticket's building that it does not wait for yet."""
    if ticket.property_id is None:
        return []
    served = select(TaskTicket.task_id).where(TaskTicket.ticket_id == ticket.id)
    query = select(Task).where(
        Task.company_id == ticket.company_id,
        Task.property_id == ticket.property_id,
        Task.state.in_(OPEN_STATES),
        Task.id.not_in(served),
    )
    return list(desk.session.scalars(query.order_by(Task.id.desc()).limit(MOST_FOUND)))


def _linkable(actor: Actor, task: Task) -> Select[Ticket]:
    served = select(TaskTicket.ticket_id).where(TaskTicket.task_id == task.id)
    return (
        select(Ticket)
        .where(
            tickets_of(actor),
            Ticket.company_id == task.company_id,
            Ticket.status != TicketStatus.CLOSED,
            Ticket.quarantined.is_(False),
            Ticket.merged_into_id.is_(None),
            Ticket.id.not_in(served),
        )
        .order_by(Ticket.last_activity_at.desc(), Ticket.id.desc())
    )


def _both(desk: Desk, actor: Actor, number: int, ticket_number: int) -> tuple[Task, Ticket]:
    """Return a task and a ticket, locked in the order in which every step of a task locks them."""
    task = find_task(desk, actor, number)
    if not actor.can(Ability.WORK_TICKETS, task.company_id):
        raise Forbidden("Customer service says which tickets wait for a task.")
    desk.session.refresh(task, with_for_update=True)
    ticket = find_ticket(desk, actor, ticket_number, lock=True)
    if ticket.merged_into_id is not None:
        raise NotFound(f"#{ticket.id} was merged into #{ticket.merged_into_id}: link that one.")
    return task, ticket


def _link(desk: Desk, task: Task, ticket: Ticket) -> TaskTicket | None:
    wanted = select(TaskTicket).where(TaskTicket.task_id == task.id, TaskTicket.ticket_id == ticket.id)
    return desk.session.scalar(wanted)


def _settle(desk: Desk, directory: Directory, actor: Actor, task: Task, ticket: Ticket, words: str) -> None:
    """Say on both sides what has changed: a ticket that waits for nobody any more is its agent's again."""
    record_on_task(desk, task, "comment", actor=actor, text=words)
    say_what_blocks(desk, ticket)
    if not ticket.blocker and ticket.status == TicketStatus.ON_HOLD:
        ticket.status = TicketStatus.OPEN
    ticket.version += 1
    ticket.last_activity_at = desk.clock.now()
    task.version += 1
    post_card(desk, directory, task)
