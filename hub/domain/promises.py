"""Promises on a ticket: which policy holds, when each clock is due, what it has come to.

A clock is kept as plain JSON on its ticket, so that warning and breach are noted once whoever looks at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from hub.domain.business_hours import ALWAYS, Calendar, add_business_time, count_business_time
from hub.domain.ticket import TicketStatus

Clocks = dict[str, dict[str, Any]]
WARNED, MISSED, KEPT, ENDED = "promise near", "promise missed", "promise kept", "promise ended"


class ClockKind(StrEnum):
    """What is promised."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"
    NEWS = "news"


RESPONSES = (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE)


@dataclass(frozen=True, slots=True)
class Policy:
    """Minutes promised for a clock, in business hours or around the clock; an empty condition holds for all.

    `warn_minutes` before it is due people are warned, 0 never; `escalates` raises the ticket's priority when it is missed.
    """

    clock: ClockKind
    minutes: int
    business: bool = True
    warn_minutes: int = 0
    queue: str = ""
    priority: str = ""
    topic: str = ""
    channel: str = ""
    escalates: bool = False
    id: int = 0

    def holds_for(self, matter: Matter) -> bool:
        """Tell whether every condition is met."""
        return all(wanted in {"", has} for wanted, has in zip(self._conditions, matter.values, strict=True))

    @property
    def rank(self) -> tuple[int, int]:
        """Return how specific it is; of two alike the later made counts."""
        return sum(map(bool, self._conditions)), self.id

    @property
    def _conditions(self) -> tuple[str, str, str, str]:
        return self.queue, self.priority, self.topic, self.channel


@dataclass(frozen=True, slots=True)
class Matter:
    """What decides which policy holds for a ticket."""

    queue: str
    priority: str
    topic: str
    channel: str

    @property
    def values(self) -> tuple[str, str, str, str]:
        """Return them in the order of a policy's conditions."""
        return self.queue, self.priority, self.topic, self.channel


@dataclass(frozen=True, slots=True)
class Standing:
    """How a ticket stands: all that its clocks run by. `news_from` is when the person last heard from somebody."""

    status: TicketStatus
    opened_at: datetime
    waiting_since: datetime | None
    answered_before: bool
    snoozed: bool
    works: bool
    counts: bool
    news_from: datetime
    news_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something a clock came to, for the history."""

    kind: str
    clock: ClockKind
    due: datetime
    escalates: bool = False


# The contract's: urgent within 15 minutes whatever the hour, all else within 4 business hours; news every two working days.
DEFAULTS = (
    *(Policy(clock, 240, warn_minutes=48, id=-2) for clock in RESPONSES),
    *(Policy(clock, 15, business=False, warn_minutes=5, priority="urgent", id=-1) for clock in RESPONSES),
    Policy(ClockKind.NEWS, 1080, warn_minutes=120, id=-2),
)


def choose_policy(policies: Iterable[Policy], clock: ClockKind, matter: Matter) -> Policy | None:
    """Return the most specific policy of a clock: a company's own before the defaults; None where nothing is promised."""
    holding = [each for each in (*DEFAULTS, *policies) if each.clock is clock and each.holds_for(matter)]
    return max(holding, key=lambda each: (each.id > 0 or each.rank[0] > 0, *each.rank), default=None)


def run_clocks(
    before: Mapping[str, Mapping[str, Any]],
    standing: Standing,
    policies: Mapping[ClockKind, Policy | None],
    calendar: Calendar,
    now: datetime,
) -> tuple[Clocks, list[Outcome]]:
    """Return every clock as it stands now, and what has come of them since they were last looked at."""
    after: Clocks = {}
    outcomes: list[Outcome] = []
    for kind in ClockKind:
        old = dict(before.get(kind, {}))
        new = _next(kind, old, standing, policies[kind], calendar, now)
        outcomes += _ended(kind, old, new, standing, now)
        if new is None:
            if old.get("missed") or any(each.kind == MISSED and each.clock is kind for each in outcomes):
                after[kind] = {"since": old["since"], "missed": True}  # so that it is not missed again
            continue
        if "due" in new:
            outcomes += _noted(kind, old, new, now)
        after[kind] = new
    return after, outcomes


def due_of(clocks: Mapping[str, Mapping[str, Any]], *kinds: ClockKind) -> datetime | None:
    """Return the earliest due time of some clocks that run."""
    return min(
        (datetime.fromisoformat(clocks[kind]["due"]) for kind in kinds if "due" in clocks.get(kind, {})), default=None
    )


def next_look(clocks: Mapping[str, Mapping[str, Any]]) -> datetime | None:
    """Return when a clock must be looked at again: its warning, then its end."""
    instants = [
        clock["warn"] if clock.get("warn") and not clock.get("warned") else clock["due"]
        for clock in clocks.values()
        if "due" in clock and not clock.get("missed")
    ]
    return min((datetime.fromisoformat(each) for each in instants), default=None)


def _next(
    kind: ClockKind, old: dict[str, Any], standing: Standing, policy: Policy | None, calendar: Calendar, now: datetime
) -> dict[str, Any] | None:
    if policy is None or not standing.counts:
        return None
    hours = calendar if policy.business else ALWAYS
    if kind is ClockKind.RESOLUTION:
        return _resolution(old, standing, policy, hours, now)
    start = _start(kind, standing)
    if start is None:
        return None
    promised = standing.news_due if kind is ClockKind.NEWS else None
    due = promised or add_business_time(hours, start, timedelta(minutes=policy.minutes))
    return _running(policy, start, due) if due is not None else None


def _start(kind: ClockKind, standing: Standing) -> datetime | None:
    """Return when a clock that is not running already began, or None where nothing is owed."""
    if kind is ClockKind.NEWS:
        owed = standing.status not in {TicketStatus.CLOSED, TicketStatus.PENDING} or standing.works
        return standing.news_from if owed and standing.status is not TicketStatus.CLOSED else None
    wanted = ClockKind.NEXT_RESPONSE if standing.answered_before else ClockKind.FIRST_RESPONSE
    return standing.waiting_since if kind is wanted else None


def _resolution(
    old: dict[str, Any], standing: Standing, policy: Policy, hours: Calendar, now: datetime
) -> dict[str, Any]:
    """Count only what is neither closed nor waits for the person or an agreed date; `used` is in seconds."""
    used = timedelta(seconds=old.get("used", 0))
    since = datetime.fromisoformat(old["since"]) if old.get("since") else None
    since = standing.opened_at if not old else since
    if standing.status in {TicketStatus.CLOSED, TicketStatus.PENDING} or standing.snoozed:
        used += count_business_time(hours, since, now) if since else timedelta(0)
        return {"used": used.total_seconds()} | {key: old[key] for key in ("missed", "warned") if key in old}
    start = since or now
    left = timedelta(minutes=policy.minutes) - used
    due = add_business_time(hours, start, left) if left > timedelta(0) else start
    if due is None:
        return {"used": used.total_seconds()}
    return _running(policy, start, due) | {"used": used.total_seconds()}


def _running(policy: Policy, start: datetime, due: datetime) -> dict[str, Any]:
    warn = None
    if 0 < policy.warn_minutes < policy.minutes:
        warn = min(due, due - timedelta(minutes=policy.warn_minutes))
    return {
        "since": start.isoformat(),
        "due": due.isoformat(),
        "warn": warn.isoformat() if warn else "",
        "minutes": policy.minutes,
        "business": policy.business,
        "escalates": policy.escalates,
    }


def _noted(kind: ClockKind, old: dict[str, Any], new: dict[str, Any], now: datetime) -> list[Outcome]:
    """Mark a running clock that is near its end or past it, once for each promise."""
    same = old.get("since") == new["since"] or kind is ClockKind.RESOLUTION
    due = datetime.fromisoformat(new["due"])
    missed_before = bool(same and old.get("missed"))
    warned_before = bool(same and old.get("warned") and old.get("due", new["due"]) == new["due"])
    if missed_before or now > due:
        new["missed"] = new["warned"] = True
        return [] if missed_before else [Outcome(MISSED, kind, due, escalates=bool(new["escalates"]))]
    if warned_before or (new["warn"] and now >= datetime.fromisoformat(new["warn"])):
        new["warned"] = True
        return [] if warned_before else [Outcome(WARNED, kind, due)]
    return []


def _ended(
    kind: ClockKind, old: dict[str, Any], new: dict[str, Any] | None, standing: Standing, now: datetime
) -> list[Outcome]:
    """Say how a promise ended: kept, missed where nobody had noticed yet, or over without having been asked for."""
    if "due" not in old:
        return []
    goes_on = new is not None and "due" in new and (new["since"] == old["since"] or kind is ClockKind.RESOLUTION)
    paused = kind is ClockKind.RESOLUTION and standing.status is not TicketStatus.CLOSED
    if goes_on or paused:
        return []
    due = datetime.fromisoformat(old["due"])
    if old.get("missed"):
        return []
    if now > due:
        return [Outcome(MISSED, kind, due, escalates=False)]
    answered = standing.news_from > datetime.fromisoformat(old["since"])
    settled = standing.status is TicketStatus.CLOSED if kind is ClockKind.RESOLUTION else answered
    return [Outcome(KEPT if settled else ENDED, kind, due)]


def read_policies(policies: Sequence[Policy], matter: Matter) -> dict[ClockKind, Policy | None]:
    """Return what is promised for a matter, clock by clock."""
    return {kind: choose_policy(policies, kind, matter) for kind in ClockKind}
