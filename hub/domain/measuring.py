"""What happened on a ticket, measured: one pure walk over its events, from which every figure of the metrics is summed.

Lengths are whole minutes, cut down, so that sums by day lose nothing. Machines never answer: only a person's reply does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from hub.domain.business_hours import Calendar, count_business_time
from hub.domain.promises import KEPT, MISSED
from hub.domain.ticket import AuthorKind

MINUTE = 60


class Figure(StrEnum):
    """One thing that is counted."""

    OPENED = "opened"
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    SOLVED = "solved"
    REOPENED = "reopened"
    PROMISE_KEPT = "promise_kept"
    PROMISE_MISSED = "promise_missed"
    MACHINE_ANSWER = "machine_answer"
    DEFLECTED = "deflected"
    ASKED = "asked"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a ticket's history, as plain values."""

    at: datetime
    kind: str
    by: str
    agent_id: int | None = None
    message_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a ticket beside its events. `zone` is the company's, in whose days is counted."""

    ticket_id: int
    company_id: int
    channel: str
    audience: str
    property_id: int | None
    zone: str


SAID_FIXED, SAID_NOT_FIXED = "fixed", "not fixed"
SAID_SOLVED, WANTED_PERSON = "answer solved it", "person wanted"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One thing counted, on its day, with what it can be asked by; `detail` is a clock or a score."""

    figure: Figure
    at: datetime
    day: date
    queue: str
    topic: str
    agent_id: int | None = None
    detail: str = ""
    business: int | None = None
    wall: int | None = None


@dataclass(slots=True)
class _Walk:
    """Where the walk over a history stands."""

    case: Case
    calendar_of: Callable[[str], Calendar]
    queue: str = "front-desk"
    topic: str = ""
    opened_at: datetime | None = None
    waiting_since: datetime | None = None
    answered: bool = False
    agent_id: int | None = None
    said_solved: bool = False
    found: list[Measurement] = field(default_factory=list)
    solved: Measurement | None = None
    score: Measurement | None = None
    before: dict[int, tuple[datetime | None, bool, int | None, Measurement | None, int]] = field(default_factory=dict)

    def count(self, figure: Figure, at: datetime, *, since: datetime | None = None, **more: Any) -> Measurement:
        business = wall = None
        if since is not None:
            lengths = count_business_time(self.calendar_of(self.queue), since, at), at - since
            business, wall = (max(0, int(each.total_seconds()) // MINUTE) for each in lengths)
        day = at.astimezone(ZoneInfo(self.case.zone)).date()
        return Measurement(figure, at, day, self.queue, self.topic, business=business, wall=wall, **more)


def measure(case: Case, events: Sequence[Event], calendar_of: Callable[[str], Calendar]) -> list[Measurement]:
    """Return everything counted on a ticket, from its events in the order they were written."""
    walk = _Walk(case, calendar_of)
    for event in events:
        step = STEPS.get(event.kind)
        if step is not None:
            step(walk, event)
    # Nobody knows yet when it comes what it is about and whose it is: it counts where it has ended up.
    found = [
        replace(each, queue=walk.queue, topic=walk.topic) if each.figure is Figure.OPENED else each
        for each in walk.found
    ]
    last = [each for each in (walk.solved, walk.score) if each is not None]
    # Closed is not solved by the article: only who asked can say that, and silence says nothing.
    if walk.solved is not None and walk.said_solved and not walk.answered:
        last.append(replace(walk.solved, figure=Figure.DEFLECTED, business=None, wall=None))
    return found + last


def _came(walk: _Walk, event: Event) -> None:
    """Take a message in: the first one opens the matter, a person's begins a wait."""
    if walk.opened_at is None:
        walk.opened_at = event.at
        walk.found.append(walk.count(Figure.OPENED, event.at))
    if event.by == AuthorKind.CONTACT:
        walk.waiting_since = walk.waiting_since or event.at


def _filed(walk: _Walk, event: Event) -> None:
    walk.queue = event.facts.get("after") or event.facts.get("queue") or walk.queue
    walk.topic = event.facts.get("topic") or walk.topic


def _replied(walk: _Walk, event: Event) -> None:
    """Count a person's public reply against the message that has waited longest."""
    if event.by != AuthorKind.AGENT:
        return
    if event.message_id is not None:
        stood = (walk.waiting_since, walk.answered, walk.agent_id, walk.solved, len(walk.found))
        walk.before[event.message_id] = stood
    if walk.waiting_since is not None:
        figure = Figure.NEXT_RESPONSE if walk.answered else Figure.FIRST_RESPONSE
        walk.found.append(walk.count(figure, event.at, since=walk.waiting_since, agent_id=event.agent_id))
    walk.waiting_since = walk.solved = None  # who is written to once more is waited for
    walk.answered = True
    walk.agent_id = event.agent_id


def _taken_back(walk: _Walk, event: Event) -> None:
    """Uncount a reply that never left, and what was kept by it."""
    if event.message_id not in walk.before:
        return
    waited, walk.answered, walk.agent_id, walk.solved, counted = walk.before.pop(event.message_id)
    undone = (Figure.FIRST_RESPONSE, Figure.NEXT_RESPONSE, Figure.PROMISE_KEPT)
    since = [each for each in walk.found[counted:] if each.figure not in undone]
    walk.found[counted:] = since
    walk.waiting_since = waited or walk.waiting_since


def _status(walk: _Walk, event: Event) -> None:
    closed, was_closed = event.facts.get("after") == "closed", event.facts.get("before") == "closed"
    if closed and walk.opened_at is not None:
        agent = event.agent_id if event.agent_id is not None else walk.agent_id
        walk.solved = walk.count(Figure.SOLVED, event.at, since=walk.opened_at, agent_id=agent)
        walk.waiting_since = None
    elif was_closed:
        _reopened(walk, event)


def _reopened(walk: _Walk, event: Event) -> None:
    walk.solved = None
    walk.found.append(walk.count(Figure.REOPENED, event.at, agent_id=walk.agent_id))


def _undone(walk: _Walk, event: Event) -> None:
    """Stand where the ticket stood before what an agent took back."""
    facts = event.facts
    walk.queue = facts.get("queue") or walk.queue
    if "status" in facts.get("fields", ()) and facts.get("status") != "closed":
        walk.solved = None
    if "waiting_since" in facts.get("fields", ()):
        waits = facts.get("waiting_since")
        walk.waiting_since = datetime.fromisoformat(waits) if waits else None


def _merged_into(walk: _Walk, _event: Event) -> None:
    walk.waiting_since = None
    walk.solved = None


def _merged_from(walk: _Walk, event: Event) -> None:
    waits = event.facts.get("waiting_since")
    walk.waiting_since = datetime.fromisoformat(waits) if waits else walk.waiting_since


def _failed(walk: _Walk, event: Event) -> None:
    walk.waiting_since = walk.waiting_since or event.at


def _content(walk: _Walk, _event: Event) -> None:
    """Nobody waits who has just said that all is well."""
    walk.waiting_since = None


def _promise(walk: _Walk, event: Event) -> None:
    figure = Figure.PROMISE_KEPT if event.kind == KEPT else Figure.PROMISE_MISSED
    walk.found.append(walk.count(figure, event.at, detail=event.facts["clock"], agent_id=walk.agent_id))


def _machine(walk: _Walk, event: Event) -> None:
    walk.found.append(walk.count(Figure.MACHINE_ANSWER, event.at))


def _judged(walk: _Walk, event: Event) -> None:
    walk.said_solved = event.kind == SAID_SOLVED


def _asked(walk: _Walk, event: Event) -> None:
    _settle_score(walk)
    walk.found.append(walk.count(Figure.ASKED, event.at, agent_id=walk.agent_id))


def _unasked(walk: _Walk, _event: Event) -> None:
    asked = [place for place, each in enumerate(walk.found) if each.figure is Figure.ASKED]
    if asked:
        del walk.found[asked[-1]]


def _scored(walk: _Walk, event: Event) -> None:
    """Count an answer on the day it came; a change of mind changes the number and not the day."""
    score = str(event.facts["score"])
    if walk.score is not None and event.kind == "survey answer changed":
        walk.score = replace(walk.score, detail=score)
        return
    _settle_score(walk)
    walk.score = walk.count(Figure.SCORE, event.at, detail=score, agent_id=walk.agent_id)


def _settle_score(walk: _Walk) -> None:
    if walk.score is not None:
        walk.found.append(walk.score)
        walk.score = None


STEPS: Mapping[str, Callable[[_Walk, Event], None]] = {
    "first message": _came,
    "message received": _came,
    "triaged": _filed,
    "queue changed": _filed,
    "queue kept": _filed,
    "reply": _replied,
    "reply taken back": _taken_back,
    "status changed": _status,
    "reopened": _reopened,
    "undone": _undone,
    "merged into": _merged_into,
    "merged from": _merged_from,
    "not sent": _failed,
    SAID_FIXED: _content,
    SAID_NOT_FIXED: _failed,
    KEPT: _promise,
    MISSED: _promise,
    "answered from help centre": _machine,
    SAID_SOLVED: _judged,
    WANTED_PERSON: _judged,
    "survey sent": _asked,
    "survey taken back": _unasked,
    "survey answered": _scored,
    "survey answer changed": _scored,
}
