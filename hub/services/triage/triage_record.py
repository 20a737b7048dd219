"""How triage fares, counted from what it said and what people made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.metrics import Spread, spread_of
from hub.models import Alarm, Correction, Prediction, Ticket
from hub.services.staff.scope import own_companies

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class QueueRecord:
    """What triage said of one queue.

    `said` counts the tickets it put there, `silent` those of them nobody was asked about, `checked` those a person looked
    at, `right` those the person left there.
    """

    queue: str
    said: int
    silent: int
    checked: int
    right: int


@dataclass(frozen=True, slots=True)
class TriageRecord:
    """What triage said in a period, queue by queue, and how soon emergencies were taken."""

    queues: Sequence[QueueRecord]
    corrected_this_week: int
    emergencies: int
    taken: Spread | None

    @property
    def said(self) -> int:
        """Return how many tickets triage said anything about."""
        return sum(each.said for each in self.queues)

    @property
    def silent(self) -> int:
        """Return how many of them were routed without asking."""
        return sum(each.silent for each in self.queues)

    @property
    def checked(self) -> int:
        """Return how many of them people looked at."""
        return sum(each.checked for each in self.queues)

    @property
    def right(self) -> int:
        """Return how many of those people left where triage had put them."""
        return sum(each.right for each in self.queues)


def make_triage_record(desk: Desk, actor: Actor, begins: datetime, ends: datetime) -> TriageRecord:
    """Return how triage fared with the tickets opened in a period, in the companies whose metrics an actor may see.

    The first prediction of a ticket is compared with the last word of a person on it; what was undone does not count.
    """
    said = _first_predictions(actor, begins, ends).subquery()
    last = (
        select(Correction.ticket_id, Correction.queue_after)
        .where(Correction.undone_at.is_(None), Correction.ticket_id.in_(select(said.c.ticket_id)))
        .ext(distinct_on(Correction.ticket_id))
        .order_by(Correction.ticket_id, Correction.id.desc())
        .subquery()
    )
    right = last.c.queue_after == said.c.queue
    rows = desk.session.execute(
        select(
            said.c.queue,
            func.count(),
            func.count().filter(said.c.band == "silent"),
            func.count(last.c.ticket_id),
            func.count().filter(right),
        )
        .outerjoin(last, last.c.ticket_id == said.c.ticket_id)
        .group_by(said.c.queue)
        .order_by(func.count().desc(), said.c.queue)
    )
    queues = [QueueRecord(*row) for row in rows]
    alarms = desk.session.execute(
        select(Alarm.created_at, Alarm.acknowledged_at).where(
            own_companies(actor, Alarm, ability=Ability.SEE_METRICS),
            and_(Alarm.created_at >= begins, Alarm.created_at < ends),
        )
    ).all()
    taken = spread_of([at - raised for raised, at in alarms if at is not None])
    return TriageRecord(queues, count_corrections(desk, actor, ends - WEEK, ends), len(alarms), taken)


def _first_predictions(actor: Actor, begins: datetime, ends: datetime) -> Select[int, str, str]:
    return (
        select(Prediction.ticket_id, Prediction.queue, Prediction.band)
        .join(Ticket, Ticket.id == Prediction.ticket_id)
        .where(
            own_companies(actor, Ticket, ability=Ability.SEE_METRICS),
            Ticket.history.is_(False),
            and_(Ticket.created_at >= begins, Ticket.created_at < ends),
        )
        .ext(distinct_on(Prediction.ticket_id))
        .order_by(Prediction.ticket_id, Prediction.id)
    )


def count_corrections(desk: Desk, actor: Actor, begins: datetime, ends: datetime) -> int:
    """Return how often people put a ticket right that triage had put elsewhere; what was undone does not count."""
    query = select(func.count()).where(
        own_companies(actor, Correction, ability=Ability.SEE_METRICS),
        Correction.source == "correct",
        Correction.undone_at.is_(None),
        Correction.created_at >= begins,
        Correction.created_at < ends,
    )
    return desk.session.scalar(query) or 0
