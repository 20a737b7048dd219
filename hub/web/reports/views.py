"""The metrics page: two questions, each with its numbers, a chart drawn here, and the table behind it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from itertools import pairwise

from flask import Blueprint, Response, render_template, request

from hub.domain.access import Ability
from hub.domain.cells import inert
from hub.domain.metrics import Spread
from hub.domain.sla import duration
from hub.domain.survey import FEWEST, Nps
from hub.services.reports import Report, make_report
from hub.services.triage_record import make_triage_record
from hub.web.desk import current_desk
from hub.web.guards import actor, guarded, staff
from hub.web.language import _, ngettext
from hub.web.reports.sections import section_links
from hub.web.reports.triage import triage_figure
from hub.web.shell import staff_shell
from hub.web.viewmodels.charts import Amount, lying_bars, score_bars
from hub.web.viewmodels.metrics import Figure, MetricsPage, StatTile
from hub.web.viewmodels.parts import Choice, Field, Link, Table
from hub.web.words import day, queue_words

reports = guarded(Blueprint("reports", __name__), staff(Ability.SEE_METRICS))
PERIODS = (7, 30, 90)
STEPS = (
    (5, "≤ 5 min"),
    (15, "≤ 15 min"),
    (30, "≤ 30 min"),
    (60, "≤ 1 h"),
    (120, "≤ 2 h"),
    (240, "≤ 4 h"),
    (480, "≤ 8 h"),
    (10**9, "> 8 h"),
)


@reports.get("/metrics")
def metrics() -> str:
    """Answer how fast we answer and whether people like us, for a period and the one before."""
    who = actor()
    report = make_report(current_desk(), who, days=_days())
    triage = make_triage_record(current_desk(), who, report.begins, report.ends)
    chosen = tuple(
        Choice(value=str(days), label=_("Last %(n)s days", n=days), selected=days == _days()) for days in PERIODS
    )
    page = MetricsPage(
        shell=staff_shell(who, place="metrics"),
        title=_("Metrics"),
        period=f"{day(report.begins.date())} – {day(report.ends.date())}",
        sections=section_links(""),
        action="/metrics",
        filters=(Field(name="days", label=_("Period"), kind="select", choices=chosen),),
        figures=(_response_figure(report), _nps_figure(report), _volume_figure(report), triage_figure(triage)),
    )
    return render_template("metrics/page.html", page=page)


@reports.get("/metrics/response.csv")
def response_csv() -> Response:
    """Give the first responses behind the page's numbers, a ticket a row."""
    report = make_report(current_desk(), actor(), days=_days())
    rows = [["ticket", "business_minutes", "wall_minutes"]]
    rows += [
        [str(each.ticket_id), f"{_minutes(each.business):.2f}", f"{_minutes(each.wall):.2f}"]
        for each in report.responses
    ]
    return csv_of(rows)


@reports.get("/metrics/nps.csv")
def nps_csv() -> Response:
    """Give the scores behind the page's number."""
    report = make_report(current_desk(), actor(), days=_days())
    return csv_of([["score"], *[[str(score)] for score in report.scores]])


def _response_figure(report: Report) -> Figure:
    spread = report.response
    answer = (
        _(
            "On average %(average)s; half within %(median)s.",
            average=duration(spread.average),
            median=duration(spread.median),
        )
        if spread
        else ""
    )
    minutes = [_minutes(each.business) for each in report.responses]
    floors = [0, *[step for step, _label in STEPS]]
    counts = [sum(low < each <= high or (low == 0 and each == 0) for each in minutes) for low, high in pairwise(floors)]
    amounts = [
        Amount(label=label, value=count, words=str(count)) for (_step, label), count in zip(STEPS, counts, strict=True)
    ]
    rows = tuple((label, str(count)) for (_step, label), count in zip(STEPS, counts, strict=True))
    return Figure(
        id="response",
        question=_("How fast do we answer?"),
        answer=answer or _("Nobody was answered in this period."),
        table=Table(
            caption=_("Tickets by time to the first answer"),
            headings=(_("Business time"), _("Tickets")),
            rows=rows,
            numeric=frozenset({1}),
        ),
        tiles=_response_tiles(spread, report.response_before),
        chart=lying_bars(amounts) if spread else None,
        csv=Link(label=_("CSV"), url=f"/metrics/response.csv?days={_days()}"),
        rule=_(
            "From the first message to the first public reply by a person, in business hours. Automatic answers never count."
        ),
    )


def _response_tiles(spread: Spread | None, before: Spread | None) -> tuple[StatTile, ...]:
    if spread is None:
        return ()
    basis = ngettext("%(num)s ticket, business hours", "%(num)s tickets, business hours", spread.count)
    named = ((_("Average"), "average"), (_("Median"), "median"), (_("90 % within"), "ninetieth"))
    return tuple(
        StatTile(label=label, value=duration(getattr(spread, name)), change=_change(before, name), basis=basis)
        for label, name in named
    )


def _change(before: Spread | None, name: str) -> str:
    return _("before: %(value)s", value=duration(getattr(before, name))) if before else _("nothing before")


def _nps_figure(report: Report) -> Figure:
    counts = [sum(score == each for score in report.scores) for each in range(11)]
    return Figure(
        id="nps",
        question=_("Do they like us?"),
        answer=_nps_words(report.nps),
        table=Table(
            caption=_("Answers by score"),
            headings=(_("Score"), _("Answers")),
            rows=tuple((str(score), str(count)) for score, count in enumerate(counts)),
            numeric=frozenset({0, 1}),
        ),
        tiles=_nps_tiles(report.nps, report.nps_before),
        chart=score_bars(counts) if report.scores else None,
        csv=Link(label=_("CSV"), url=f"/metrics/nps.csv?days={_days()}"),
        rule=_(
            "Promoters (9 and 10) minus detractors (0 to 6), in percent of all answers; 95 % interval after Rocks (2016)."
        ),
    )


def _nps_words(nps: Nps | None) -> str:
    if nps is None:
        return _("Nobody has answered in this period.")
    few = _(" Too few answers to rely on.") if nps.answers < FEWEST else ""
    return _("NPS %(score)s from %(n)s answers.", score=round(nps.score), n=nps.answers) + few


def _nps_tiles(nps: Nps | None, before: Nps | None) -> tuple[StatTile, ...]:
    if nps is None:
        return ()
    basis = ngettext("%(num)s answer", "%(num)s answers", nps.answers) + _(
        ", 95 %% between %(low)s and %(high)s", low=round(nps.low), high=round(nps.high)
    )
    change = _("before: %(value)s", value=round(before.score)) if before else _("nothing before")
    return (StatTile(label=_("NPS"), value=str(round(nps.score)), change=change, basis=basis),)


def _volume_figure(report: Report) -> Figure:
    ordered = sorted(report.volume.items(), key=lambda each: -each[1])
    rows = tuple((queue_words(queue), str(count)) for queue, count in ordered)
    total = sum(report.volume.values())
    amounts = [
        Amount(label=queue_words(queue), value=count, words=str(count), url=f"/inbox/all?queue={queue}")
        for queue, count in ordered
    ]
    return Figure(
        id="volume",
        question=_("What comes in?"),
        answer=ngettext("%(num)s ticket", "%(num)s tickets", total)
        + ngettext(", %(num)s queue corrected by hand", ", %(num)s queues corrected by hand", report.corrections),
        table=Table(
            caption=_("Tickets by queue"), headings=(_("Queue"), _("Tickets")), rows=rows, numeric=frozenset({1})
        ),
        chart=lying_bars(amounts) if amounts else None,
        rule=_("Tickets opened in the period; what was in a mailbox before it was connected does not count."),
    )


def _days() -> int:
    days = request.args.get("days", "30")
    return int(days) if days in {str(each) for each in PERIODS} else 30


def _minutes(length: timedelta) -> float:
    return length.total_seconds() / 60


def csv_of(rows: list[list[str]]) -> Response:
    """Return a table as a CSV file whose cells no spreadsheet takes for formulas."""
    out = io.StringIO()
    csv.writer(out).writerows([[inert(cell) for cell in row] for row in rows])
    return Response(
        out.getvalue(), mimetype="text/csv", headers={"Content-Disposition": "attachment; filename=metrics.csv"}
    )
