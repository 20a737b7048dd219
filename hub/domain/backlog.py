"""The backlog: how old an open ticket is, and whom it waits for."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from hub.domain.ticket import TicketStatus

AGES = (timedelta(days=1), timedelta(days=3), timedelta(days=7))


class Waiting(StrEnum):
    """Whom a ticket waits for."""

    US = "us"
    PERSON = "person"
    OPERATIONS = "operations"


def waits_for(status: str, *, works: bool) -> Waiting:
    """Return whom an open ticket waits for; what operations work on waits for them, unless we owe an answer."""
    if status in {TicketStatus.NEW, TicketStatus.OPEN}:
        return Waiting.US
    return Waiting.OPERATIONS if works or status == TicketStatus.ON_HOLD else Waiting.PERSON


def age_of(open_for: timedelta) -> int:
    """Return which of the ages a length falls into: the first it does not exceed, the last after them."""
    return next((place for place, most in enumerate(AGES) if open_for <= most), len(AGES))
