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


class Urgency(IntEnum):
    """Which rows leave first."""

    NOW = 0
    PERSON = 1
    MACHINE = 2


FINAL = frozenset({OutboxState.DELIVERED, OutboxState.FAILED, OutboxState.CANCELLED})
WAITING = frozenset({OutboxState.PENDING, OutboxState.SENDING, OutboxState.UNKNOWN})
RANK = {
    OutboxState.CANCELLED: 0,
    OutboxState.HELD: 0,
    OutboxState.PENDING: 0,
    OutboxState.SENDING: 1,
    OutboxState.UNKNOWN: 1,
    OutboxState.ACCEPTED: 2,
    OutboxState.DELIVERED: 3,
    OutboxState.FAILED: 3,
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
    return MAIL_PATIENCE if channel == "email" else SMS_PATIENCE


def later_word(present: OutboxState, reported: OutboxState) -> OutboxState:
    """Return the state after a provider's report: only upwards, and a final word stays final."""
    if present in FINAL:
        return present
    return reported if RANK[reported] > RANK[present] else present
