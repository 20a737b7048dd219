"""Promises by the clock: when an answer, news and the end of the matter are due, and what became of each."""

from __future__ import annotations

from hub.desk import Desk
from hub.domain.notification import Notice
from hub.domain.promises import (
    MISSED,
    RESPONSES,
    ClockKind,
    Matter,
    Outcome,
    Standing,
    due_of,
    next_look,
    read_policies,
    run_clocks,
)
from hub.domain.ticket import Priority, TicketStatus
from hub.models import Ticket
from hub.services.inbox.notifications import notify
from hub.services.settings.configuration import Directory
from hub.services.tickets.history import record

STEP_UP = {Priority.LOW: Priority.NORMAL, Priority.NORMAL: Priority.HIGH}


def start_clock(desk: Desk, directory: Directory, ticket: Ticket) -> None:
    """Set every clock of a ticket by how it stands now; what came near, was missed or was kept is an event, once."""
    matter = Matter(ticket.queue, ticket.priority, ticket.topic, ticket.channel)
    policies = read_policies(directory.policies.get(ticket.company_id, ()), matter)
    calendar = directory.calendar_of(ticket.company_id, ticket.queue)
    clocks, outcomes = run_clocks(ticket.clocks or {}, _standing(desk, ticket), policies, calendar, desk.clock.now())
    ticket.clocks = dict(clocks)
    ticket.clock_next_at = next_look(clocks)
    ticket.due_at = due_of(clocks, *RESPONSES)
    if ticket.answered_at is not None:
        ticket.news_due_at = due_of(clocks, ClockKind.NEWS)
    for each in outcomes:
        _note(desk, ticket, each)


def _standing(desk: Desk, ticket: Ticket) -> Standing:
    opened = ticket.first_message_at or ticket.created_at or desk.clock.now()
    return Standing(
        status=TicketStatus(ticket.status),
        opened_at=opened,
        waiting_since=ticket.waiting_since,
        answered_before=ticket.first_response_at is not None,
        snoozed=ticket.snooze_until is not None,
        works=bool(ticket.blocker),
        counts=not ticket.history and not ticket.quarantined and ticket.merged_into_id is None,
        news_from=ticket.answered_at or opened,
        news_due=ticket.news_due_at if ticket.answered_at is None else None,
    )


def _note(desk: Desk, ticket: Ticket, outcome: Outcome) -> None:
    record(desk, ticket, outcome.kind, clock=str(outcome.clock), due=outcome.due.isoformat())
    step = STEP_UP.get(Priority(ticket.priority))
    if outcome.kind == MISSED:
        ticket.unread = True
        since = ticket.waiting_since or outcome.due  # several promises of one wait are one thing to hear of
        notify(desk, ticket, ticket.assignee_id, Notice.LATE, since.isoformat())
    if outcome.escalates and step is not None:
        before, ticket.priority = ticket.priority, step
        record(desk, ticket, "escalated", before=before, after=str(step), clock=str(outcome.clock))
