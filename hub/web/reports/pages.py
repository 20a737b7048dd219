"""The pages of the metrics: a section each, what is behind a number, a table as CSV, and how everything is counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import Response, abort, render_template, request

from hub.domain.measuring import Figure as Counted
from hub.services.metrics.figure_names import ticket_subjects
from hub.services.metrics.figures import tickets_behind
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _
from hub.web.reports.agents import agent_figures
from hub.web.reports.asking import Question, filters, may_see_agents, read_question
from hub.web.reports.backlog import backlog_figures
from hub.web.reports.glossary import glossary_figures
from hub.web.reports.liking import liking_comments, liking_figures
from hub.web.reports.promises import promise_figures
from hub.web.reports.response import response_figures
from hub.web.reports.sections import section_links
from hub.web.reports.views import csv_of, reports
from hub.web.reports.volume import volume_figures
from hub.web.shell import staff_shell
from hub.web.viewmodels.metrics import Comment, Figure, MetricsPage
from hub.web.viewmodels.parts import Link, Table
from hub.web.words import day

MOST_TICKETS = 500
SECTIONS: dict[str, Callable[[Question], tuple[Figure, ...]]] = {
    "response": response_figures,
    "promises": promise_figures,
    "volume": volume_figures,
    "backlog": backlog_figures,
    "nps": liking_figures,
    "agents": agent_figures,
}


@reports.get("/metrics/<any(response, promises, volume, backlog, nps, agents):section>")
def show_section(section: str) -> str:
    """Show the figures of a section for a period and the one before it."""
    question = read_question()
    figures = tuple(_with_csv(section, question, each) for each in SECTIONS[section](question))
    comments = liking_comments(question) if section == "nps" else ()
    return _page(section, question, figures=figures, comments=comments)


@reports.get("/metrics/<any(response, promises, volume, backlog, nps, agents):section>/<name>.csv")
def section_csv(section: str, name: str) -> Response:
    """Give the table of a figure as it stands on the screen."""
    figure = next((each for each in SECTIONS[section](read_question()) if each.id == name), None)
    if figure is None:
        abort(404)
    return csv_of([list(figure.table.headings), *(list(row) for row in figure.table.rows)])


@reports.get("/metrics/tickets")
def show_tickets() -> str:
    """Show the tickets behind a number."""
    question = read_question()
    named = request.args.get("figure", "")
    if named not in set(Counted):
        abort(404)
    limits = {name: request.args.get(name, "") for name in ("topic", "agent_id")}
    if limits["agent_id"] and not (limits["agent_id"].isdigit() and may_see_agents(question)):
        abort(404)
    desk = current_desk()
    asked = replace(question.asked, topic=limits["topic"], agent_id=limits["agent_id"])
    detail = request.args.get("detail", "")
    numbers = tickets_behind(desk, actor(), asked, Counted(named), detail, most=MOST_TICKETS)
    found = ticket_subjects(desk, numbers)
    figure = Figure(
        id="tickets",
        question=_("Which tickets?"),
        answer=_("%(n)s tickets, the newest first.", n=len(found)) if found else _("There was none in this period."),
        table=Table(
            caption=_("The tickets behind the number"),
            headings=(_("Ticket"), _("Person"), _("Subject")),
            rows=tuple((f"#{number}", who, subject) for number, who, subject in found),
            urls=tuple(f"/inbox/all/{number}" for number, _who, _subject in found),
        ),
        rule=_("At most %(n)s are listed.", n=MOST_TICKETS),
    )
    return _page("", question, figures=(figure,), action="/metrics/response")


@reports.get("/metrics/how")
def show_glossary() -> str:
    """Say how every number is counted."""
    return _page("how", read_question(), figures=glossary_figures(), filtered=False)


def _page(
    section: str,
    question: Question,
    *,
    figures: tuple[Figure, ...],
    comments: tuple[Comment, ...] = (),
    action: str = "",
    filtered: bool = True,
) -> str:
    asked = question.asked
    page = MetricsPage(
        shell=staff_shell(actor(), place="metrics"),
        title=next((each.label for each in section_links(section) if each.current), _("Metrics")),
        period=f"{day(asked.begins)} – {day(asked.ends)}" if filtered else "",
        sections=section_links(section),
        action=action or f"/metrics/{section}",
        filters=filters(question) if filtered else (),
        figures=figures,
        comments=comments,
    )
    return render_template("metrics/page.html", page=page)


def _with_csv(section: str, question: Question, figure: Figure) -> Figure:
    return replace(figure, csv=Link(label=_("CSV"), url=question.url(f"/metrics/{section}/{figure.id}.csv")))
