"""Whether promises are kept, clock by clock, and what is late now."""

from __future__ import annotations

from hub.domain.figures import share
from hub.domain.measuring import Figure as Counted
from hub.domain.promises import ClockKind
from hub.services.metrics.figure_names import late_tickets
from hub.services.metrics.figures import Tallies, counts_by_detail, read_tallies
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _, ngettext
from hub.web.reports.asking import Question
from hub.web.reports.words import before_words, minutes_words
from hub.web.viewmodels.charts import Amount, lying_bars
from hub.web.viewmodels.metrics import Figure, StatTile
from hub.web.viewmodels.parts import Table

BOTH = (Counted.PROMISE_KEPT, Counted.PROMISE_MISSED)


def promise_figures(question: Question) -> tuple[Figure, ...]:
    """Return what is late now, and how many promises of the period were kept."""
    desk, who = current_desk(), actor()
    now = _counts(read_tallies(desk, who, question.asked, *BOTH))
    before = _counts(read_tallies(desk, who, question.asked.before, *BOTH))
    return (_late(question), _kept(question, now, before))


def _counts(tallies: Tallies) -> dict[str, tuple[int, int]]:
    kept, missed = (counts_by_detail(tallies, each) for each in BOTH)
    return {str(clock): (kept.get(clock, 0), missed.get(clock, 0)) for clock in ClockKind}


def _late(question: Question) -> Figure:
    desk = current_desk()
    late = late_tickets(desk, actor(), question.asked)
    now = desk.clock.now()
    return Figure(
        id="late",
        question=_("What is late now?"),
        answer=ngettext("%(num)s answer is late.", "%(num)s answers are late.", len(late)) if late else _("Nothing."),
        table=Table(
            caption=_("Tickets whose answer is late, the latest first"),
            headings=(_("Ticket"), _("Subject"), _("Late by")),
            rows=tuple(
                (f"#{number}", subject, minutes_words((now - due).total_seconds() / 60))
                for number, subject, due in late
            ),
            urls=tuple(f"/inbox/all/{number}" for number, _subject, _due in late),
        ),
        rule=_("Whatever the period: this is how things stand at this moment, at most 50."),
    )


def _kept(question: Question, now: dict[str, tuple[int, int]], before: dict[str, tuple[int, int]]) -> Figure:
    names = {
        ClockKind.FIRST_RESPONSE: _("First answer"),
        ClockKind.NEXT_RESPONSE: _("Next answer"),
        ClockKind.RESOLUTION: _("Solution"),
        ClockKind.NEWS: _("News"),
    }
    promised = {clock: counts for clock, counts in now.items() if sum(counts)}
    kept, missed = (sum(counts[place] for counts in now.values()) for place in (0, 1))
    percent = share(kept, missed)
    tiles = tuple(
        StatTile(
            label=names[ClockKind(clock)],
            value=_percent(share(*counts)),
            change=before_words(_percent(share(*before[clock]))),
            basis=ngettext("%(num)s promise", "%(num)s promises", sum(counts)),
            url=question.url("/metrics/tickets", figure=str(Counted.PROMISE_MISSED), detail=clock),
        )
        for clock, counts in promised.items()
    )
    return Figure(
        id="kept",
        question=_("Do we keep promises?"),
        answer=_("%(percent)s of %(n)s were kept.", percent=_percent(percent), n=kept + missed)
        if percent is not None
        else _("Nothing was promised in this period."),
        table=Table(
            caption=_("Promises by what was promised"),
            headings=(_("Promise"), _("Kept"), _("Missed"), _("Kept of a hundred")),
            rows=tuple(
                (names[ClockKind(clock)], str(counts[0]), str(counts[1]), _percent(share(*counts)))
                for clock, counts in now.items()
            ),
            numeric=frozenset({1, 2, 3}),
            urls=tuple(
                question.url("/metrics/tickets", figure=str(Counted.PROMISE_MISSED), detail=each) for each in now
            ),
        ),
        tiles=tiles,
        chart=lying_bars(
            [
                Amount(
                    label=names[ClockKind(clock)],
                    value=share(*counts) or 0,
                    words=_percent(share(*counts)),
                    kind="late" if counts[1] else "plain",
                )
                for clock, counts in promised.items()
            ]
        )
        if promised
        else None,
        rule=_(
            "A promise is missed on the day it fell due unanswered, and kept on the day it was answered in time. "
            "What was closed unanswered counts as neither."
        ),
    )


def _percent(value: float | None) -> str:
    return "" if value is None else _("%(n)s %%", n=f"{value:.1f}")
