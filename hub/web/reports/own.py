"""Everybody's own figures: those of one agent, for nobody but them (their manager sees them among the others)."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template, request

from hub.domain.access import Ability
from hub.services.metrics.figures import Asked
from hub.web.desk import current_desk
from hub.web.guards import actor, guarded, staff
from hub.web.language import _
from hub.web.reports.agents import own_figure
from hub.web.reports.asking import PERIODS
from hub.web.shell import staff_shell
from hub.web.viewmodels.metrics import MetricsPage
from hub.web.viewmodels.parts import Choice, Field
from hub.web.words import day

own_figures = guarded(Blueprint("own_figures", __name__), staff(Ability.READ_TICKETS))


@own_figures.get("/me/figures")
def show_own() -> str:
    """Show an agent how they are doing."""
    who = actor()
    typed = request.args.get("days", "")
    days = int(typed) if typed in {str(each) for each in PERIODS} else 30
    today = current_desk().clock.now().date()
    asked = Asked(today - timedelta(days=days - 1), today, agent_id=str(who.agent_id))
    choices = tuple(
        Choice(value=str(each), label=_("Last %(n)s days", n=each), selected=each == days) for each in PERIODS
    )
    page = MetricsPage(
        shell=staff_shell(who),
        title=_("My figures"),
        period=f"{day(asked.begins)} – {day(asked.ends)}",
        sections=(),
        action="/me/figures",
        filters=(Field(name="days", label=_("Period"), kind="select", choices=choices),),
        figures=(own_figure(asked, who),),
    )
    return render_template("metrics/page.html", page=page)
