"""Business time: when minutes run, for adding a promise to an instant and for counting what passed between two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
FARTHEST = 3660


@dataclass(frozen=True, slots=True)
class Span:
    """An open span of one day, `closes` not included; midnight as `closes` means the end of the day."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a team works: spans by weekday (Monday is 0), days off, and the zone they are meant in.

    No spans at all means always closed; use `ALWAYS` for around the clock.
    """

    zone: str = "UTC"
    week: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()

    def spans_of(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield the open spans of a local day as instants in UTC, in order; a span that a clock change swallows is left out."""
        if day in self.holidays:
            return
        zone = ZoneInfo(self.zone)
        for span in sorted(self.week.get(day.weekday(), ()), key=lambda each: each.opens):
            end_day = day + DAY if span.closes == time(0) else day
            opens = datetime.combine(day, span.opens, zone).astimezone(UTC)
            closes = datetime.combine(end_day, span.closes, zone).astimezone(UTC)
            if opens < closes:
                yield opens, closes


ALWAYS = Calendar("UTC", {weekday: (Span(time(0), time(0)),) for weekday in range(7)})


def add_business_time(calendar: Calendar, start: datetime, amount: timedelta) -> datetime | None:
    """Return the instant at which `amount` of open time has passed since `start`; None where the calendar never opens.

    Instants are aware; the result is in UTC. An amount of nothing is the next open instant.
    """
    left = amount
    for opens, closes in _open_spans(calendar, start):
        begins = max(opens, start.astimezone(UTC))
        if closes - begins >= left and begins < closes:
            return begins + left
        left -= max(closes - begins, timedelta(0))
    return None


def count_business_time(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Return how much open time lies between two instants; nothing when the end is not after the start."""
    total = timedelta(0)
    begin, stop = start.astimezone(UTC), end.astimezone(UTC)
    if stop <= begin:
        return total
    day = begin.astimezone(ZoneInfo(calendar.zone)).date() - DAY
    last = stop.astimezone(ZoneInfo(calendar.zone)).date()
    while day <= last:
        for opens, closes in calendar.spans_of(day):
            total += max(min(closes, stop) - max(opens, begin), timedelta(0))
        day += DAY
    return total


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Tell whether an instant is in business hours."""
    day = at.astimezone(ZoneInfo(calendar.zone)).date()
    return any(opens <= at < closes for near in (day - DAY, day) for opens, closes in calendar.spans_of(near))


def _open_spans(calendar: Calendar, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield open spans that end after `start`, for ten years at the most: a calendar may never open."""
    day = start.astimezone(ZoneInfo(calendar.zone)).date() - DAY
    for offset in range(FARTHEST):
        for opens, closes in calendar.spans_of(day + offset * DAY):
            if closes > start:
                yield opens, closes
