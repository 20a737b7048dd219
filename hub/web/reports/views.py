"""The metrics at a glance: how fast people are answered, whether they like us, what comes in, and whether triage works."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, Response, render_template

from hub.domain.access import Ability
from hub.domain.cells import inert
from hub.domain.measuring import Figure as Counted
from hub.services.metrics.figures import measured_lengths, read_tallies
from hub.services.metrics.measuring import keep_measurements
from hub.services.metrics.reports import scores_of
from hub.services.triage.triage_record import make_triage_record
from hub.web.desk import current_desk
from hub.web.guards import actor, guarded, staff
from hub.web.language import _, ngettext
from hub.web.reports.asking import Question, filters, read_question
from hub.web.reports.liking import distribution_figure
from hub.web.reports.response import first_figure
from hub.web.reports.sections import section_links
from hub.web.reports.triage import triage_figure
from hub.web.reports.volume import queue_figure
from hub.web.shell import staff_shell
from hub.web.viewmodels.metrics import Figure, MetricsPage
from hub.web.viewmodels.parts import Link
from hub.web.words import day

reports = guarded(Blueprint("reports", __name__), staff(Ability.SEE_METRICS))


@reports.before_request
def catch_up() -> None:
    """Measure what has happened since the worker last did, so that a page is true when it is read."""
    desk = current_desk()
    with desk.transaction():
        keep_measurements(desk)


@reports.get("/metrics")
def metrics() -> str:
    """Answer the first questions for a period and the one before."""
    question = read_question()
    asked = question.asked
    page = MetricsPage(
        shell=staff_shell(actor(), place="metrics"),
        title=_("Metrics"),
        period=f"{day(asked.begins)} – {day(asked.ends)}",
        sections=section_links(""),
        action="/metrics",
        filters=filters(question)[:1],
        figures=_figures(question),
    )
    return render_template("metrics/page.html", page=page)


@reports.get("/metrics/response.csv")
def response_csv() -> Response:
    """Give the first answers behind the page's numbers, a ticket a row."""
    found = measured_lengths(current_desk(), actor(), read_question().asked, Counted.FIRST_RESPONSE)
    head = ["ticket", "business_minutes", "wall_minutes"]
    return csv_of([head, *([str(cell) for cell in row] for row in found)])


@reports.get("/metrics/nps.csv")
def nps_csv() -> Response:
    """Give the scores behind the page's number."""
    counts = scores_of(read_tallies(current_desk(), actor(), read_question().asked, Counted.SCORE))
    return csv_of([["score"], *([str(score)] for score, times in counts.items() for _each in range(times))])


def csv_of(rows: list[list[str]]) -> Response:
    """Return a table as a CSV file whose cells no spreadsheet takes for formulas."""
    out = io.StringIO()
    csv.writer(out).writerows([[inert(cell) for cell in row] for row in rows])
    return Response(
        out.getvalue(), mimetype="text/csv", headers={"Content-Disposition": "attachment; filename=metrics.csv"}
    )


def _figures(question: Question) -> tuple[Figure, ...]:
    first, liking = first_figure(question), distribution_figure(question)
    desk = current_desk()
    now = desk.clock.now()
    triage = make_triage_record(desk, actor(), now - timedelta(days=question.days), now)
    answered = ngettext("%(num)s ticket", "%(num)s tickets", sum(int(row[1]) for row in first.table.rows))
    tickets = Link(label=answered, url=question.url("/metrics/tickets", figure=str(Counted.FIRST_RESPONSE)))
    return (
        replace(first, tickets=tickets, csv=Link(label=_("CSV"), url=question.url("/metrics/response.csv"))),
        replace(liking, csv=Link(label=_("CSV"), url=question.url("/metrics/nps.csv"))),
        queue_figure(question),
        triage_figure(triage),
    )
