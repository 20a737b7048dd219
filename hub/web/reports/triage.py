"""Whether triage works: what it said, queue by queue, beside what people made of it."""

from __future__ import annotations

from hub.domain.sla import duration
from hub.services.triage.triage_record import QueueRecord, TriageRecord
from hub.web.language import _, ngettext
from hub.web.viewmodels.charts import Amount, lying_bars
from hub.web.viewmodels.metrics import Figure, StatTile
from hub.web.viewmodels.parts import Table
from hub.web.words import queue_words


def triage_figure(found: TriageRecord) -> Figure:
    """Return the question, its answer in words, a bar a queue and the table behind it."""
    checked = [each for each in found.queues if each.checked]
    amounts = [
        Amount(label=queue_words(each.queue), value=100 * each.right / each.checked, words=_right_words(each))
        for each in checked
    ]
    return Figure(
        id="triage",
        question=_("Does triage work?"),
        answer=_answer(found),
        table=Table(
            caption=_("What triage said, and what people made of it"),
            headings=(
                _("Queue"), _("Sent there"), _("Without asking"), _("Checked by people"), _("Right"), _("Corrected"),
                _("Right of checked"),
            ),
            rows=tuple(_row(each) for each in found.queues),
            numeric=frozenset(range(1, 7)),
        ),
        tiles=_tiles(found),
        chart=lying_bars(amounts) if amounts else None,
        rule=_(
            "Tickets opened in the period: the first thing triage said, beside the last word of a person. People look more "
            "often where triage was unsure; what was undone does not count."
        ),
    )  # fmt: skip


def _answer(found: TriageRecord) -> str:
    if not found.said:
        return _("Nothing was sorted in this period.")
    words = ngettext("%(num)s ticket sorted", "%(num)s tickets sorted", found.said)
    words += _(", %(share)s without asking", share=_share(found.silent, found.said))
    if found.checked:
        words += _(
            "; of %(n)s that people checked %(share)s were right",
            n=found.checked,
            share=_share(found.right, found.checked),
        )
    return words + ngettext(
        "; %(num)s correction in the last seven days.",
        "; %(num)s corrections in the last seven days.",
        found.corrected_this_week,
    )


def _tiles(found: TriageRecord) -> tuple[StatTile, ...]:
    if not found.emergencies:
        return ()
    taken = found.taken
    return (
        StatTile(
            label=_("Emergencies"),
            value=str(found.emergencies),
            change=ngettext("%(num)s taken by a person", "%(num)s taken by a person", taken.count if taken else 0),
            basis=_(
                "half within %(median)s, 90 %% within %(ninetieth)s",
                median=duration(taken.median),
                ninetieth=duration(taken.ninetieth),
            )
            if taken
            else _("none was acknowledged"),
        ),
    )


def _row(each: QueueRecord) -> tuple[str, ...]:
    share = _share(each.right, each.checked) if each.checked else "–"
    counts = (each.said, each.silent, each.checked, each.right, each.checked - each.right)
    return (queue_words(each.queue), *(str(count) for count in counts), share)


def _right_words(each: QueueRecord) -> str:
    return _("%(share)s of %(n)s", share=_share(each.right, each.checked), n=each.checked)


def _share(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)} %"
