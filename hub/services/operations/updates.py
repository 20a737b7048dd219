"""What operations have done and nobody has told the resident yet: the news an agent is offered as a reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hub.domain.task import TaskState
from hub.domain.ticket import AuthorKind, Direction, TicketStatus, Visibility
from hub.models import Message, Ticket, TicketEvent

STEPS = frozenset({"task moved", "task linked"})
UNLINKED = "task unlinked"
SILENT = frozenset({TaskState.CANCELLED})


@dataclass(frozen=True, slots=True)
class TaskNews:
    """How a task stands now; `reason` and `until` are what operations said to tell people, `visit` when somebody comes."""

    task: int
    state: TaskState
    reason: str = ""
    until: date | None = None
    visit: str = ""


def find_news(ticket: Ticket, events: Sequence[TicketEvent], messages: Sequence[Message]) -> TaskNews | None:
    """Return the newest step of a task that no agent has written about since, None where there is nothing to tell."""
    newest = newest_step(events)
    if newest is None or ticket.status == TicketStatus.CLOSED:
        return None
    told = any(
        each.direction == Direction.OUT
        and each.visibility == Visibility.PUBLIC
        and each.author_kind == AuthorKind.AGENT
        and each.created_at >= newest.created_at
        for each in messages
    )
    facts = newest.facts
    state = TaskState(facts["state"])
    if told or state in SILENT:
        return None
    blocked = state is TaskState.BLOCKED
    return TaskNews(
        int(facts["task"]),
        state,
        reason=str(facts.get("reason", "")) if blocked else "",
        until=date.fromisoformat(facts["until"]) if facts.get("until") else None,
        visit=str(facts.get("visit", "")),
    )


def newest_step(events: Sequence[TicketEvent]) -> TicketEvent | None:
    """Return the newest step among those of tasks that the ticket still waits for."""
    newest: dict[int, TicketEvent] = {}
    for each in sorted(events, key=lambda each: each.id):
        if each.kind in STEPS:
            newest[int(each.facts["task"])] = each
        elif each.kind == UNLINKED:
            newest.pop(int(each.facts["task"]), None)
    return max(newest.values(), key=lambda each: each.id, default=None)
