"""Whether people like us: the distribution of their scores, by audience and property, and what they said."""

from __future__ import annotations

from collections.abc import Mapping

from hub.domain.figures import nps_of_counts, share
from hub.domain.measuring import Figure as Counted
from hub.domain.survey import FEWEST, Nps
from hub.services.metrics.figure_names import comments_of
from hub.services.metrics.figures import read_split, read_tallies, total
from hub.services.metrics.reports import scores_of
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _, ngettext
from hub.web.reports.asking import Question
from hub.web.reports.words import before_words
from hub.web.viewmodels.charts import Amount, lying_bars, score_bars
from hub.web.viewmodels.metrics import Comment, Figure, StatTile
from hub.web.viewmodels.parts import Table

ANSWERS = (Counted.SCORE, Counted.ASKED)


def liking_figures(question: Question) -> tuple[Figure, ...]:
    """Return the scores of a period with their NPS, its interval and how many answered; by audience and by property."""
    audiences = {"residents": _("Residents"), "owners": _("Owners"), "craftsmen": _("Craftsmen")}
    properties = {str(key): name for key, name in question.properties.items()}
    return (
        distribution_figure(question),
        _parted(question, "audience", _("Which people?"), _("Audience"), audiences),
        _parted(question, "property_id", _("At which property?"), _("Property"), properties),
    )


def liking_comments(question: Question) -> tuple[Comment, ...]:
    """Return what people said beside their scores; who gave six or less waits to be called back."""
    return tuple(
        Comment(
            score=str(each.score),
            text=each.comment,
            who=_("%(who)s, #%(n)s: call back", who=each.who, n=each.ticket_id)
            if each.score <= 6
            else f"{each.who}, #{each.ticket_id}",
            url=f"/inbox/all/{each.ticket_id}",
            tone="danger" if each.score <= 6 else "ok" if each.score >= 9 else "neutral",
        )
        for each in comments_of(current_desk(), actor(), question.asked)
    )


def distribution_figure(question: Question) -> Figure:
    """Return the eleven scores of a period, with the NPS, its interval, and how many of those asked have answered."""
    desk, who = current_desk(), actor()
    now = read_tallies(desk, who, question.asked, *ANSWERS)
    before = read_tallies(desk, who, question.asked.before, *ANSWERS)
    counts = scores_of(now)
    nps, past = nps_of_counts(counts), nps_of_counts(scores_of(before))
    asked = total(now, Counted.ASKED).count
    rows = tuple((str(score), str(counts[score])) for score in range(11))
    groups = (
        ("detractor", range(7), _("0 to 6")),
        ("passive", range(7, 9), _("7 and 8")),
        ("promoter", range(9, 11), _("9 and 10")),
    )
    legend = tuple(
        (kind, f"{words}: " + ngettext("%(num)s answer", "%(num)s answers", sum(counts[each] for each in scores)))
        for kind, scores, words in groups
    )
    return Figure(
        id="nps",
        question=_("Do they like us?"),
        answer=_answer(nps),
        table=Table(
            caption=_("Answers by score"),
            headings=(_("Score"), _("Answers")),
            rows=rows,
            numeric=frozenset({0, 1}),
            urls=tuple(question.url("/metrics/tickets", figure="score", detail=str(each)) for each in range(11)),
        ),
        tiles=_tiles(nps, past, asked, question),
        chart=score_bars([counts[score] for score in range(11)]) if nps else None,
        legend=legend if nps else (),
        rule=_(
            "Promoters (9 and 10) minus detractors (0 to 6), in percent of all answers; 95 % interval after Rocks (2016). "
            "A change of mind within a day counts once, on the day of the first answer."
        ),
    )


def _answer(nps: Nps | None) -> str:
    if nps is None:
        return _("Nobody has answered in this period.")
    few = " " + _("Too few answers to rely on.") if nps.answers < FEWEST else ""
    return _("NPS %(score)s from %(n)s answers.", score=round(nps.score), n=nps.answers) + few


def _tiles(nps: Nps | None, past: Nps | None, asked: int, question: Question) -> tuple[StatTile, ...]:
    if nps is None:
        return ()
    basis = ngettext("%(num)s answer", "%(num)s answers", nps.answers) + _interval(nps)
    url = question.url("/metrics/tickets", figure="score")
    tiles = [
        StatTile(
            label=_("NPS"), value=str(round(nps.score)), change=before_words(str(round(past.score)) if past else ""),
            basis=basis, url=url,
        )
    ]  # fmt: skip
    rate = share(nps.answers, max(0, asked - nps.answers))
    if asked:
        basis = ngettext("%(num)s was asked", "%(num)s were asked", asked)
        tiles.append(StatTile(label=_("Answered"), value=f"{rate or 0:.0f} %", change="", basis=basis, url=url))
    return tuple(tiles)


def _interval(nps: Nps) -> str:
    return _(", 95 %% between %(low)s and %(high)s", low=round(nps.low), high=round(nps.high))


def _parted(question: Question, by: str, words: str, heading: str, names: Mapping[str, str]) -> Figure:
    split = read_split(current_desk(), actor(), question.asked, by, Counted.SCORE)
    found = {member: nps_of_counts(scores_of(each)) for member, each in split.items() if member in names}
    ordered = sorted((names[member], member, nps) for member, nps in found.items() if nps is not None)
    few = _("too few answers")
    rows = tuple(
        (name, str(nps.answers), str(round(nps.score)) if nps.answers >= FEWEST else few,
         f"{round(nps.low)} … {round(nps.high)}" if nps.answers >= FEWEST else "")
        for name, _member, nps in ordered
    )  # fmt: skip
    bars = [
        Amount(label=name[:20], value=round(nps.score) + 100, words=str(round(nps.score)))
        for name, _member, nps in ordered
        if nps.answers >= FEWEST
    ]
    return Figure(
        id=by,
        question=words,
        answer=_("NPS where at least %(n)s answered.", n=FEWEST),
        table=Table(
            caption=words,
            headings=(heading, _("Answers"), _("NPS"), _("95 % between")),
            rows=rows,
            numeric=frozenset({1, 2, 3}),
            urls=tuple(question.url("/metrics/tickets", figure="score", **{by: each[1]}) for each in ordered),
        ),
        chart=lying_bars(bars) if bars else None,
        rule=_("In the order of names, with the interval of each: small numbers differ by chance."),
    )
