"""The states of what arrived."""

from __future__ import annotations

from enum import IntEnum, StrEnum

MOST_ATTEMPTS = 3


class EnvelopeState(StrEnum):
    """Where an envelope stands. Only NEW waits; all others are final unless a person retries."""

    NEW = "new"
    DONE = "done"
    PARKED = "parked"
    DUPLICATE = "duplicate"
    SUPPRESSED = "suppressed"


class Lane(IntEnum):
    """Which envelopes are read first: a text is never delayed by a backlog of mail."""

    QUICK = 0
    MAIL = 1
    HISTORY = 2


def choose_lane(channel: str, *, history: bool) -> Lane:
    """Return the lane of an envelope."""
    if history:
        return Lane.HISTORY
    return Lane.MAIL if channel == "email" else Lane.QUICK
