"""What Twilio's message states mean to the hub, and which of two states is the later one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Status:
    """One of Twilio's states: the hub's word for it, and its rank; a state never goes down in rank."""

    state: str
    rank: int


# https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
STATUSES = {
    "accepted": Status("accepted", 1),
    "scheduled": Status("accepted", 1),
    "queued": Status("accepted", 2),
    "sending": Status("accepted", 3),
    "sent": Status("accepted", 4),
    "partially_delivered": Status("accepted", 4),
    "failed": Status("failed", 5),
    "canceled": Status("failed", 5),
    "undelivered": Status("failed", 6),
    "delivered": Status("delivered", 7),
    "read": Status("delivered", 8),
}
# A state we do not know still proves that Twilio has the message.
UNKNOWN_STATUS = Status("accepted", 0)


def read_status(word: str) -> Status:
    """Return what one of Twilio's words means; a word of the future ranks lowest."""
    return STATUSES.get(word.strip().lower(), UNKNOWN_STATUS)
