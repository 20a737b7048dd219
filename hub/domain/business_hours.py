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
    """An open span that begins on one day, `closes` not included; one that closes no later than it opens ends on the next day."""

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
        """Yield the spans that open on a local day as instants in UTC, in order; one that a clock change swallows is left out."""
        if day in self.holidays:
            return
        zone = ZoneInfo(self.zone)
        for span in sorted(self.week.get(day.weekday(), ()), key=lambda each: each.opens):
            end_day = day + DAY if span.closes <= span.opens else day
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
    for opens, closes in _open_time(calendar, start, days=FARTHEST):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    return None


def count_business_time(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Return how much open time lies between two instants; nothing when the end is not after the start."""
    stop = end.astimezone(UTC)
    days = (stop - start.astimezone(UTC)).days + 3
    spans = _open_time(calendar, start, days=days)
    return sum((min(closes, stop) - opens for opens, closes in spans if opens < stop), timedelta(0))


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Tell whether an instant is in business hours."""
    day = at.astimezone(ZoneInfo(calendar.zone)).date()
    return any(opens <= at < closes for near in (day - DAY, day) for opens, closes in calendar.spans_of(near))


def _open_time(calendar: Calendar, start: datetime, *, days: int) -> Iterator[tuple[datetime, datetime]]:
    """Yield what is open after `start` within some days, in order, each minute once: spans of a calendar may overlap."""
    reached = start.astimezone(UTC)
    first = start.astimezone(ZoneInfo(calendar.zone)).date() - DAY
    for offset in range(days):
        for opens, closes in calendar.spans_of(first + offset * DAY):
            if closes > reached:
                yield max(opens, reached), closes
                reached = closes
