"""Quiet hours: nothing automatic leaves in them but what protects people."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_end(at: datetime, time_zone: str, begins: time | None, ends: time | None) -> datetime:
    """Return the instant itself, or the end of the quiet hours it falls in (in UTC); they may span midnight."""
    if begins is None or ends is None or begins == ends:
        return at
    local = at.astimezone(ZoneInfo(time_zone))
    now = local.time()
    inside = begins <= now < ends if begins < ends else now >= begins or now < ends
    if not inside:
        return at
    zone = ZoneInfo(time_zone)
    day = local.date() if now < ends else local.date() + timedelta(days=1)
    end = datetime.combine(day, ends, tzinfo=zone)
    # an hour that the clocks repeat has two ends: the one still to come is meant
    return min(each for each in (end.astimezone(UTC), end.replace(fold=1).astimezone(UTC)) if each > at)
