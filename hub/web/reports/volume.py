"""What comes in: by queue, channel, topic, and property per 100 units; and what the help centre took off people."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hub.domain.figures import share
from hub.domain.measuring import Figure as Counted
from hub.services.metrics.figure_names import units_of
from hub.services.metrics.figures import read_split, read_tallies, total
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _, ngettext
from hub.web.reports.asking import Question
from hub.web.reports.words import before_words
from hub.web.viewmodels.charts import Amount, lying_bars
from hub.web.viewmodels.metrics import Figure, StatTile
from hub.web.viewmodels.parts import Table
from hub.web.words import channel_words, queue_words

MOST = 15
MACHINE = (Counted.OPENED, Counted.MACHINE_ANSWER, Counted.DEFLECTED, Counted.REOPENED, Counted.SOLVED)


def volume_figures(question: Question) -> tuple[Figure, ...]:
    """Return what came in, one question a dimension, and what was answered without anybody."""
    return (
        queue_figure(question),
        _figure(question, "channel", "channel", _("How does it come in?"), _("Channel"), channel_words),
        _figure(question, "topic", "topic", _("What is it about?"), _("Topic"), _topic_words),
        _by_property(question),
        _without_anybody(question),
    )


def queue_figure(question: Question) -> Figure:
    """Return what came in, by queue."""
    return _figure(question, "queue", "queue", _("What comes in?"), _("Queue"), queue_words)


def _figure(question: Question, name: str, by: str, words: str, heading: str, named: Callable[[str], str]) -> Figure:
    now, before = (_opened(each, by) for each in (question, question.before))
    ordered = sorted(now.items(), key=lambda each: (-each[1], each[0]))[:MOST]
    whole, past = sum(now.values()), sum(before.values())
    return Figure(
        id=name,
        question=words,
        answer=ngettext("%(num)s ticket", "%(num)s tickets", whole) + ", " + before_words(str(past)),
        table=Table(
            caption=words,
            headings=(heading, _("Tickets"), _("Before")),
            rows=tuple((named(member), str(count), str(before.get(member, 0))) for member, count in ordered),
            numeric=frozenset({1, 2}),
            urls=tuple(
                question.url("/metrics/tickets", figure=str(Counted.OPENED), **{by: each}) for each, _n in ordered
            ),
        ),
        chart=lying_bars([Amount(label=named(each), value=count, words=str(count)) for each, count in ordered])
        if ordered
        else None,
        rule=_(
            "Tickets on the day they were opened, under the queue and topic where they ended up;"
            " what was in a mailbox before it was connected does not count."
        ),
    )


def _by_property(question: Question) -> Figure:
    opened = _opened(question, "property_id")
    units = units_of(current_desk(), [int(each) for each in opened])
    rates = {
        number: 100 * count / units[int(number)]
        for number, count in opened.items()
        if units.get(int(number)) and int(number) in question.properties
    }
    ordered = sorted(rates, key=lambda each: (-rates[each], each))
    return Figure(
        id="property",
        question=_("Which houses need us most?"),
        answer=_("%(name)s, for its size.", name=question.properties[int(ordered[0])])
        if ordered
        else _("There was none in this period."),
        table=Table(
            caption=_("Tickets by property, per 100 units"),
            headings=(_("Property"), _("Units"), _("Tickets"), _("Per 100 units")),
            rows=tuple(
                (question.properties[int(each)], str(units[int(each)]), str(opened[each]), f"{rates[each]:.1f}")
                for each in ordered
            ),
            numeric=frozenset({1, 2, 3}),
            urls=tuple(
                question.url("/metrics/tickets", figure=str(Counted.OPENED), property_id=each) for each in ordered
            ),
        ),
        chart=lying_bars(
            [
                Amount(label=question.properties[int(each)][:20], value=rates[each], words=f"{rates[each]:.1f}")
                for each in ordered[:MOST]
            ]
        )
        if ordered
        else None,
        rule=_("Raw counts would punish big houses: each is divided by its units."),
    )


def _without_anybody(question: Question) -> Figure:
    desk, who = current_desk(), actor()
    now, before = (read_tallies(desk, who, each.asked, *MACHINE) for each in (question, question.before))
    names = {
        Counted.OPENED: _("Opened"),
        Counted.MACHINE_ANSWER: _("Answered from the help centre"),
        Counted.DEFLECTED: _("Solved by that alone"),
        Counted.SOLVED: _("Solved"),
        Counted.REOPENED: _("Opened again"),
    }
    counts = {figure: (total(now, figure).count, total(before, figure).count) for figure in names}
    percent = share(counts[Counted.DEFLECTED][0], counts[Counted.OPENED][0] - counts[Counted.DEFLECTED][0])
    tiles = tuple(
        StatTile(
            label=names[figure],
            value=str(count),
            change=before_words(str(past)),
            basis=_("tickets"),
            url=question.url("/metrics/tickets", figure=str(figure)),
        )
        for figure, (count, past) in counts.items()
    )
    return Figure(
        id="deflection",
        question=_("Does the help site save tickets?"),
        answer=_("About %(percent)s %% were solved by an article alone.", percent=f"{percent or 0:.1f}"),
        table=Table(
            caption=_("What became of tickets"),
            headings=(_("What"), _("Tickets"), _("Before")),
            rows=tuple((names[figure], str(now_), str(past)) for figure, (now_, past) in counts.items()),
            numeric=frozenset({1, 2}),
            urls=tuple(question.url("/metrics/tickets", figure=str(figure)) for figure in counts),
        ),
        tiles=tiles,
        rule=_(
            "An estimate: a ticket counts as solved by an article where the help centre answered it, nobody of us replied, "
            "and it was closed."
        ),
    )


def _opened(question: Question, by: str) -> Mapping[str, int]:
    split = read_split(current_desk(), actor(), question.asked, by, Counted.OPENED)
    return {member: total(each, Counted.OPENED).count for member, each in split.items() if member not in {"", "None"}}


def _topic_words(topic: str) -> str:
    return topic.replace("-", " ").replace("_", " ")
