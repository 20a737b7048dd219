"""How well it goes in a period and in the one before, from what is measured: first answers by people, NPS, what came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.figures import Minutes, nps_of_counts, spread_of_minutes
from hub.domain.measuring import Figure
from hub.domain.survey import Nps
from hub.services.metrics.figures import Asked, Tallies, counts_by_detail, read_split, read_tallies, total
from hub.services.triage.triage_record import count_corrections


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of some days, today the last of them, and of as many before. Lengths are minutes."""

    begins: datetime
    ends: datetime
    response: Minutes | None
    response_wall: Minutes | None
    response_before: Minutes | None
    scores: Sequence[int]
    nps: Nps | None
    nps_before: Nps | None
    volume: dict[str, int]
    corrections: int


def make_report(desk: Desk, actor: Actor, *, days: int = 30) -> Report:
    """Return the figures of the last days for the companies whose metrics an actor may see."""
    ends = desk.clock.now()
    asked = asked_of(desk, days)
    counted = (Figure.FIRST_RESPONSE, Figure.SCORE)
    now, before = (read_tallies(desk, actor, each, *counted) for each in (asked, asked.before))
    answers, answers_before = (total(each, Figure.FIRST_RESPONSE) for each in (now, before))
    counts, counts_before = scores_of(now), scores_of(before)
    opened = read_split(desk, actor, asked, "queue", Figure.OPENED)
    return Report(
        begins=datetime.combine(asked.begins, time(), ends.tzinfo),
        ends=ends,
        response=spread_of_minutes(answers.business),
        response_wall=spread_of_minutes(answers.wall),
        response_before=spread_of_minutes(answers_before.business),
        scores=[score for score, times in counts.items() for _ in range(times)],
        nps=nps_of_counts(counts),
        nps_before=nps_of_counts(counts_before),
        volume={queue: total(each, Figure.OPENED).count for queue, each in opened.items()},
        corrections=count_corrections(desk, actor, ends - timedelta(days=days), ends),
    )


def asked_of(desk: Desk, days: int) -> Asked:
    """Return the question about the last days, today included."""
    today = desk.clock.now().date()
    return Asked(today - timedelta(days=days - 1), today)


def scores_of(tallies: Tallies) -> dict[int, int]:
    """Return how many gave each score from 0 to 10."""
    found = counts_by_detail(tallies, Figure.SCORE)
    return {score: found.get(str(score), 0) for score in range(11)}
