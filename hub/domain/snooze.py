"""How long a ticket sleeps: until a time people name without a calendar, until an answer, until its task moves."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MORNING = time(8, 0)
LATER = timedelta(hours=3)
LATEST = timedelta(days=30)
MONDAY = 0
HALF_HOUR = 30


class Snooze(StrEnum):
    """What a ticket may sleep until."""

    LATER = "later"
    TOMORROW = "tomorrow"
    MONDAY = "monday"
    TASK = "task"
    REPLY = "reply"


WAITS_FOR = frozenset({Snooze.TASK, Snooze.REPLY})


def snooze_end(choice: Snooze, now: datetime, zone: str) -> datetime:
    """Return when a ticket comes back at the latest, in UTC: what waits for something does not wait longer than 30 days."""
    if choice in WAITS_FOR:
        return now + LATEST
    local = now.astimezone(ZoneInfo(zone))
    if choice is Snooze.LATER:
        later = local + LATER
        return later.replace(minute=HALF_HOUR * (later.minute // HALF_HOUR), second=0, microsecond=0).astimezone(UTC)
    days = 1 if choice is Snooze.TOMORROW else 7 - local.weekday() + MONDAY
    day = (local + timedelta(days=days)).date()
    return datetime.combine(day, MORNING, tzinfo=ZoneInfo(zone)).astimezone(UTC)
