"""What waits at this moment: how long it has been open, and for whom."""

from __future__ import annotations

from collections import Counter

from hub.domain.backlog import AGES, Waiting, age_of, waits_for
from hub.services.metrics.figure_names import waiting_tickets
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _, ngettext
from hub.web.reports.asking import Question
from hub.web.viewmodels.charts import Amount, lying_bars
from hub.web.viewmodels.metrics import Figure
from hub.web.viewmodels.parts import Table


def backlog_figures(question: Question) -> tuple[Figure, ...]:
    """Return the open tickets by age and by whom they wait for."""
    desk = current_desk()
    now = desk.clock.now()
    counts: Counter[tuple[int, Waiting]] = Counter(
        (age_of(now - since), waits_for(status, works=works))
        for status, works, since, _number in waiting_tickets(desk, actor(), question.asked)
    )
    ages = (_("up to 1 day"), _("1 to 3 days"), _("3 to 7 days"), _("longer"))
    names = {Waiting.US: _("For us"), Waiting.PERSON: _("For the person"), Waiting.OPERATIONS: _("For operations")}
    by_age = [sum(counts[place, who] for who in Waiting) for place in range(len(AGES) + 1)]
    rows = tuple(
        (words, *(str(counts[place, who]) for who in Waiting), str(by_age[place])) for place, words in enumerate(ages)
    )
    total = sum(by_age)
    long = by_age[-1] + by_age[-2]
    bars = [
        Amount(label=words, value=by_age[place], words=str(by_age[place]), kind="late" if place > 1 else "plain")
        for place, words in enumerate(ages)
    ]
    return (
        Figure(
            id="waiting",
            question=_("What waits?"),
            answer=ngettext("%(num)s ticket is open", "%(num)s tickets are open", total)
            + ", "
            + ngettext("%(num)s of them for more than three days.", "%(num)s of them for more than three days.", long),
            table=Table(
                caption=_("Open tickets by age, and by whom they wait for"),
                headings=(_("Open for"), *names.values(), _("All")),
                rows=rows,
                numeric=frozenset({1, 2, 3, 4}),
            ),
            chart=lying_bars(bars) if total else None,
            rule=_("Whatever the period: this is how things stand now. Age is counted from the first message."),
        ),
    )
