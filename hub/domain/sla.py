"""What is promised, and how a clock reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.ticket import Priority, TicketStatus


@dataclass(frozen=True, slots=True)
class Promise:
    """Minutes promised, in business hours or around the clock."""

    amount: timedelta
    business: bool


def promise_for(priority: Priority) -> Promise:
    """Return the default policy (contract): urgent within 15 minutes whatever the hour, all else within 4 business hours."""
    if priority is Priority.URGENT:
        return Promise(timedelta(minutes=15), business=False)
    return Promise(timedelta(hours=4), business=True)


class Tone(StrEnum):
    """How pressing a clock is."""

    NEUTRAL = "neutral"
    WARN = "warn"
    DANGER = "danger"
    OK = "ok"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class ClockReading:
    """A clock in words, with its tone."""

    words: str
    tone: Tone


def read_clock(
    *,
    now: datetime,
    status: TicketStatus,
    waiting_since: datetime | None,
    due_at: datetime | None,
    first_message_at: datetime | None,
    first_response_at: datetime | None,
    target: timedelta,
) -> ClockReading:
    """Return the words of a ticket's clock (UI page 4.3): answer in, late by, answered in, or paused."""
    if status in {TicketStatus.PENDING, TicketStatus.ON_HOLD} and waiting_since is None:
        return ClockReading("Clock paused", Tone.PAUSE)
    if waiting_since is not None and due_at is not None:
        left = due_at - now
        if left < timedelta(0):
            return ClockReading(f"Late by {duration(-left)}", Tone.DANGER)
        warns = left < timedelta(minutes=15) or left < target * 0.2
        return ClockReading(f"Answer in {duration(left)}", Tone.WARN if warns else Tone.NEUTRAL)
    if first_message_at is not None and first_response_at is not None:
        return ClockReading(f"Answered in {duration(first_response_at - first_message_at)}", Tone.OK)
    return ClockReading("No answer waiting", Tone.PAUSE)


def duration(length: timedelta) -> str:
    """Return a length of time in words: minutes under an hour, hours under two days, then days."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} days"
