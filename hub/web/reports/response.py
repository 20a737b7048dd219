"""How fast people are answered: the first time, and every time after; and by queue."""

from __future__ import annotations

from hub.domain.figures import within_steps
from hub.domain.measuring import Figure as Counted
from hub.services.metrics.figures import read_split, read_tallies, total
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _
from hub.web.reports.asking import Question
from hub.web.reports.words import STEPS, minutes_cells, minutes_words, spread_tiles, step_words
from hub.web.viewmodels.charts import Amount, lying_bars
from hub.web.viewmodels.metrics import Figure
from hub.web.viewmodels.parts import Table
from hub.web.words import queue_words


def response_figures(question: Question) -> tuple[Figure, ...]:
    """Return first answers, next answers and solutions of the period, each beside the period before, and by queue."""
    again, solved = _("And the second time?"), _("How soon is it solved?")
    return (
        first_figure(question),
        _figure(question, "next", again, _next_rule(), Counted.NEXT_RESPONSE),
        _figure(question, "solved", solved, _solved_rule(), Counted.SOLVED),
        _by_queue(question),
    )


def first_figure(question: Question) -> Figure:
    """Return how fast people are answered for the first time."""
    return _figure(question, "first", _("How fast do we answer?"), _first_rule(), Counted.FIRST_RESPONSE)


def _figure(question: Question, name: str, words: str, rule: str, figure: Counted) -> Figure:
    desk, who = current_desk(), actor()
    now, before = (total(read_tallies(desk, who, each.asked, figure), figure) for each in (question, question.before))
    counts = within_steps(now.business, STEPS)
    rows = tuple(zip(step_words(), (str(each) for each in counts), strict=True))
    average, median, _ninetieth = minutes_cells(now.business)
    tickets = question.url("/metrics/tickets", figure=str(figure))
    answer = _("On average %(average)s; half within %(median)s.", average=average, median=median)
    bars = [Amount(label=label, value=int(count), words=count) for label, count in rows]
    return Figure(
        id=name,
        question=words,
        answer=answer if now.count else _("There was none in this period."),
        table=Table(
            caption=words,
            headings=(_("Business time"), _("Tickets")),
            rows=rows,
            numeric=frozenset({1}),
        ),
        tiles=spread_tiles(now, before, tickets),
        chart=lying_bars(bars) if now.count else None,
        rule=rule,
    )


def _by_queue(question: Question) -> Figure:
    split = read_split(current_desk(), actor(), question.asked, "queue", Counted.FIRST_RESPONSE)
    tallies = {queue: total(each, Counted.FIRST_RESPONSE) for queue, each in split.items()}
    ordered = sorted(tallies.items(), key=lambda each: (-each[1].count, each[0]))
    rows = tuple((queue_words(queue), str(tally.count), *minutes_cells(tally.business)) for queue, tally in ordered)
    slowest = max(
        ordered, key=lambda each: sum(m * n for m, n in each[1].business.items()) / each[1].count, default=None
    )
    words = _("The slowest queue is %(queue)s.", queue=queue_words(slowest[0])) if slowest else ""
    return Figure(
        id="queues",
        question=_("Which queue is slow?"),
        answer=words or _("There was none in this period."),
        table=Table(
            caption=_("First answers by queue, business hours"),
            headings=(_("Queue"), _("Answers"), _("Average"), _("Median"), _("90 % within")),
            rows=rows,
            numeric=frozenset({1, 2, 3, 4}),
            urls=tuple(
                question.url("/metrics/tickets", figure=str(Counted.FIRST_RESPONSE), queue=queue)
                for queue, _t in ordered
            ),
        ),
        chart=lying_bars(
            [
                Amount(label=queue_words(queue), value=average, words=minutes_words(average))
                for queue, tally in ordered
                for average in (sum(m * n for m, n in tally.business.items()) / tally.count,)
            ]
        )
        if ordered
        else None,
        rule=_("The queue is the one in which the ticket was when it was answered."),
    )


def _first_rule() -> str:
    return _(
        "From the first message to the first public reply by a person, on the day of the reply, in whole minutes. "
        "Automatic answers never count; a reply taken back was none."
    )


def _next_rule() -> str:
    return _("From the message that has waited longest to the reply by a person, on every turn after the first.")


def _solved_rule() -> str:
    return _("From the first message to the last closing, on the day of the closing; opened again, it is not solved.")
