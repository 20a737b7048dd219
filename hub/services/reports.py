"""How well it goes, counted from tickets, events and surveys of a period: first response by people, and NPS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.business_hours import count_business_time
from hub.domain.metrics import Spread, spread_of
from hub.domain.survey import Nps, net_promoter_score
from hub.models import Correction, Survey, Ticket
from hub.services.configuration import read_directory
from hub.services.scope import own_companies


@dataclass(frozen=True, slots=True)
class Response:
    """One ticket's first response by a person, in business hours and by the wall clock."""

    ticket_id: int
    business: timedelta
    wall: timedelta


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a period, and of the one before it."""

    begins: datetime
    ends: datetime
    responses: Sequence[Response]
    response: Spread | None
    response_before: Spread | None
    scores: Sequence[int]
    nps: Nps | None
    nps_before: Nps | None
    volume: dict[str, int]
    corrections: int


def make_report(desk: Desk, actor: Actor, *, days: int = 30) -> Report:
    """Return the figures of the last days for the companies whose metrics an actor may see."""
    ends = desk.clock.now()
    begins = ends - timedelta(days=days)
    responses = _responses(desk, actor, begins, ends)
    before = _responses(desk, actor, begins - timedelta(days=days), begins)
    scores = _scores(desk, actor, begins, ends)
    scores_before = _scores(desk, actor, begins - timedelta(days=days), begins)
    return Report(
        begins,
        ends,
        responses,
        spread_of([each.business for each in responses]),
        spread_of([each.business for each in before]),
        scores,
        net_promoter_score(scores),
        net_promoter_score(scores_before),
        _volume(desk, actor, begins, ends),
        _corrections(desk, actor, begins, ends),
    )


def _responses(desk: Desk, actor: Actor, begins: datetime, ends: datetime) -> list[Response]:
    """Count from the first message to the first public reply by a person; machine answers never count."""
    directory = read_directory(desk)
    rows = desk.session.execute(
        select(Ticket.id, Ticket.company_id, Ticket.first_message_at, Ticket.first_response_at).where(
            own_companies(actor, Ticket, ability=Ability.SEE_METRICS),
            Ticket.history.is_(False),
            Ticket.first_response_at >= begins,
            Ticket.first_response_at < ends,
            Ticket.first_message_at.is_not(None),
        )
    )
    return [
        Response(number, count_business_time(directory.calendars[company_id], asked, answered), answered - asked)
        for number, company_id, asked, answered in rows
        if asked is not None and answered is not None
    ]


def _scores(desk: Desk, actor: Actor, begins: datetime, ends: datetime) -> list[int]:
    rows = desk.session.scalars(
        select(Survey.score).where(
            own_companies(actor, Survey, ability=Ability.SEE_METRICS),
            Survey.answered_at >= begins,
            Survey.answered_at < ends,
            Survey.score.is_not(None),
        )
    )
    return [each for each in rows if each is not None]


def _volume(desk: Desk, actor: Actor, begins: datetime, ends: datetime) -> dict[str, int]:
    rows = desk.session.execute(
        select(Ticket.queue, func.count())
        .where(
            own_companies(actor, Ticket, ability=Ability.SEE_METRICS),
            Ticket.history.is_(False),
            and_(Ticket.created_at >= begins, Ticket.created_at < ends),
        )
        .group_by(Ticket.queue)
    )
    return {row[0]: row[1] for row in rows}


def _corrections(desk: Desk, actor: Actor, begins: datetime, ends: datetime) -> int:
    return (
        desk.session.scalar(
            select(func.count())
            .select_from(Correction)
            .where(
                own_companies(actor, Correction, ability=Ability.SEE_METRICS),
                Correction.source == "correct",
                Correction.undone_at.is_(None),
                Correction.created_at >= begins,
                Correction.created_at < ends,
            )
        )
        or 0
    )
