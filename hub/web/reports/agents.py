"""How customer service is doing, person by person: for their manager, and for each of themselves. No ranking."""

from __future__ import annotations

from hub.domain.access import THE_DESK, Actor
from hub.domain.figures import Tally, nps_of_counts
from hub.domain.measuring import Figure as Counted
from hub.domain.survey import FEWEST
from hub.services.metrics.figure_names import agent_names
from hub.services.metrics.figures import Asked, Tallies, read_split, read_tallies, total
from hub.services.metrics.reports import scores_of
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _
from hub.web.reports.asking import Question
from hub.web.reports.words import minutes_cells
from hub.web.viewmodels.metrics import Figure
from hub.web.viewmodels.parts import Table

COUNTED = (
    Counted.FIRST_RESPONSE,
    Counted.NEXT_RESPONSE,
    Counted.SOLVED,
    Counted.REOPENED,
    Counted.SCORE,
)


def agent_figures(question: Question) -> tuple[Figure, ...]:
    """Return a row for each agent, in the order of their names."""
    split = read_split(current_desk(), actor(), question.asked, "agent_id", *COUNTED)
    by_id = {int(member): each for member, each in split.items() if member.isdigit()}
    names = agent_names(current_desk(), list(by_id))
    rows = tuple(_row(name, by_id[number]) for number, name in names.items())
    urls = tuple(
        question.url("/metrics/tickets", figure=str(Counted.FIRST_RESPONSE), agent_id=str(each)) for each in names
    )
    return (_figure(_("How is each of us doing?"), rows, urls),)


def own_figure(asked: Asked, who: Actor) -> Figure:
    """Return an agent's own row, which nobody but them and their managers sees."""
    tallies = read_tallies(current_desk(), THE_DESK, asked, *COUNTED)
    return _figure(_("How am I doing?"), (_row(who.name, tallies),), ())


def _figure(words: str, rows: tuple[tuple[str, ...], ...], urls: tuple[str, ...]) -> Figure:
    return Figure(
        id="agents",
        question=words,
        answer=_("In the order of names: this is no ranking.") if len(rows) > 1 else "",
        table=Table(
            caption=_("Answers, solutions and scores by person"),
            headings=(
                _("Who"), _("First answers"), _("Average"), _("Median"), _("90 % within"), _("Next answers"),
                _("Solved"), _("Opened again"), _("NPS"),
            ),
            rows=rows,
            numeric=frozenset(range(1, 9)),
            urls=urls,
        ),
        rule=_(
            "Lengths in business hours. Scores and reopenings count for whoever answered last before; an NPS is said from "
            "%(n)s answers on.",
            n=FEWEST,
        ),
    )  # fmt: skip


def _row(name: str, tallies: Tallies) -> tuple[str, ...]:
    counts: dict[Counted, Tally] = {each: total(tallies, each) for each in COUNTED}
    nps = nps_of_counts(scores_of(tallies))
    liked = _("too few answers") if nps is None or nps.answers < FEWEST else str(round(nps.score))
    first = counts[Counted.FIRST_RESPONSE]
    others = (Counted.NEXT_RESPONSE, Counted.SOLVED, Counted.REOPENED)
    return (
        name,
        str(first.count),
        *minutes_cells(first.business),
        *(str(counts[each].count) for each in others),
        liked,
    )
