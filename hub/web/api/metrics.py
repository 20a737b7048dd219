"""`/metrics`: how fast people are answered, and whether they like us."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from hub.domain.access import Ability
from hub.domain.figures import Minutes
from hub.domain.survey import Nps
from hub.services.metrics.measuring import keep_measurements
from hub.services.metrics.reports import make_report
from hub.web.api.blueprint import api, need
from hub.web.api.fields import Out, Query, whole
from hub.web.desk import current_desk


class MetricsQuery(Query):
    """The period, ending now."""

    days: Annotated[int, BeforeValidator(whole), Field(ge=1, le=3660)] = 30


class SpreadOut(Out):
    """Lengths of time, in seconds, of whole minutes."""

    average: float
    median: float
    p90: float
    count: int


class NpsOut(Out):
    """Promoters minus detractors in percent, with its 95 % interval."""

    score: float
    low: float
    high: float
    answers: int
    promoters: int
    passives: int
    detractors: int


class FirstResponseOut(Out):
    """From a person's first message to the first public reply by a person; machine answers never count."""

    business: SpreadOut | None
    wall: SpreadOut | None
    business_before: SpreadOut | None


class MetricsOut(Out):
    """The figures of a period; null where nothing was counted."""

    begins: datetime
    ends: datetime
    first_response_seconds: FirstResponseOut
    nps: NpsOut | None
    nps_before: NpsOut | None
    tickets_by_queue: dict[str, int]
    corrections: int


@api.get("/metrics")
@api.input(MetricsQuery, location="query", arg_name="query")
@api.output(MetricsOut)
def metrics(query: MetricsQuery) -> MetricsOut:
    """Show the figures of the last days."""
    actor = need(Ability.SEE_METRICS, "Metrics are for managers: ask one of them.")
    desk = current_desk()
    with desk.transaction():
        keep_measurements(desk)
    report = make_report(desk, actor, days=query.days)
    return MetricsOut(
        begins=report.begins,
        ends=report.ends,
        first_response_seconds=FirstResponseOut(
            business=_spread(report.response),
            wall=_spread(report.response_wall),
            business_before=_spread(report.response_before),
        ),
        nps=_nps(report.nps),
        nps_before=_nps(report.nps_before),
        tickets_by_queue=report.volume,
        corrections=report.corrections,
    )


def _spread(found: Minutes | None) -> SpreadOut | None:
    if found is None:
        return None
    return SpreadOut(
        average=found.average * 60, median=found.median * 60, p90=found.ninetieth * 60.0, count=found.count
    )


def _nps(found: Nps | None) -> NpsOut | None:
    if found is None:
        return None
    passives = found.answers - found.promoters - found.detractors
    return NpsOut(
        score=found.score,
        low=found.low,
        high=found.high,
        answers=found.answers,
        promoters=found.promoters,
        passives=passives,
        detractors=found.detractors,
    )
