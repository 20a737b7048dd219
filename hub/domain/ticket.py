"""What a ticket is and may become."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

GRACE = timedelta(days=7)
FORMER = "former"
STRANGERS = frozenset({"", FORMER})


class TicketStatus(StrEnum):
    """Where a ticket stands; the words on screen are the face's."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    CLOSED = "closed"


class Priority(StrEnum):
    """How urgent a ticket or task is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


PRIORITY_RANK = {Priority.LOW: 0, Priority.NORMAL: 1, Priority.HIGH: 2, Priority.URGENT: 3}


class Direction(StrEnum):
    """Which way a message went."""

    IN = "in"
    OUT = "out"


class Visibility(StrEnum):
    """Who may see a message: everybody on the ticket, or staff only (a note)."""

    PUBLIC = "public"
    INTERNAL = "internal"


class AuthorKind(StrEnum):
    """Who wrote a message or caused an event."""

    CONTACT = "contact"
    AGENT = "agent"
    MACHINE = "machine"
    OPERATIONS = "operations"


class Continuation(StrEnum):
    """What an inbound message does to the ticket it belongs to."""

    APPEND = "append"
    REOPEN = "reopen"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class TicketState:
    """The part of a ticket that decisions look at."""

    status: TicketStatus
    closed_at: datetime | None = None
    snooze_until: datetime | None = None


def continue_ticket(state: TicketState, *, at: datetime, grace: timedelta = GRACE) -> Continuation:
    """Decide what a message from its people does: within the grace window it reopens, later it opens a linked ticket."""
    if state.status is not TicketStatus.CLOSED:
        return Continuation.APPEND
    if state.closed_at is None or at - state.closed_at <= grace:
        return Continuation.REOPEN
    return Continuation.FOLLOW_UP


def status_after_inbound(status: TicketStatus, *, stirs: bool) -> TicketStatus:
    """Return the status once a message came in; machine mail (`stirs` false) changes nothing."""
    if not stirs or status is TicketStatus.NEW:
        return status
    return TicketStatus.OPEN


def is_known(role: str) -> bool:
    """Tell whether a requester's role makes them one of the company's people today: residents who moved out are strangers."""
    return role not in STRANGERS


def raise_priority(present: Priority, proposed: Priority) -> Priority:
    """Return the higher of the two: a rule may raise a priority, never lower it."""
    return max(present, proposed, key=PRIORITY_RANK.__getitem__)
