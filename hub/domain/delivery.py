"""The life of an outbox row: states, back-off, and which later word of a provider counts."""

from __future__ import annotations

from datetime import timedelta
from enum import IntEnum, StrEnum

UNDO = timedelta(seconds=8)
MAIL_PATIENCE = timedelta(hours=24)
SMS_PATIENCE = timedelta(hours=4)


class OutboxState(StrEnum):
    """Where an outbox row stands."""

    PENDING = "pending"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    HELD = "held"
    CANCELLED = "cancelled"


class Purpose(StrEnum):
    """Why a row leaves."""

    REPLY = "reply"
    ACKNOWLEDGEMENT = "acknowledgement"
    ANSWER = "answer"
    SAFETY = "safety"
    PAGE = "page"
    SURVEY = "survey"
    CARD = "card"
    SIGN_IN = "sign_in"
    CONSENT = "consent"
    ORDER = "order"
    WEBHOOK = "webhook"
    TASK = "task"
    FIX_CHECK = "fix_check"


class Urgency(IntEnum):
    """Which rows leave first."""

    NOW = 0
    PERSON = 1
    MACHINE = 2


WAITING = frozenset({OutboxState.PENDING, OutboxState.SENDING, OutboxState.UNKNOWN})
RANK = {
    OutboxState.HELD: 0,
    OutboxState.PENDING: 1,
    OutboxState.SENDING: 2,
    OutboxState.UNKNOWN: 3,
    OutboxState.ACCEPTED: 4,
    OutboxState.FAILED: 5,
    OutboxState.DELIVERED: 6,
}
BACK_OFF = (
    timedelta(0),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
)


def back_off(attempts: int) -> timedelta:
    """Return how long to wait before the next attempt after `attempts` of them failed."""
    return BACK_OFF[min(attempts, len(BACK_OFF) - 1)]


def patience(channel: str) -> timedelta:
    """Return how long a channel is tried before it has visibly failed."""
    return MAIL_PATIENCE if channel in {"email", "webhook"} else SMS_PATIENCE


def later_word(present: OutboxState, reported: OutboxState) -> OutboxState:
    """Return the state after a provider's report: only upwards, so that reports may come in any order and more than once.

    What has arrived has not failed, whatever else was said; what we cancelled stays cancelled.
    """
    if OutboxState.CANCELLED in {present, reported}:
        return present
    return max(present, reported, key=RANK.__getitem__)
