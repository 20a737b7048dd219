"""Settings of business time: when a company and each of its teams work."""

from __future__ import annotations

from babel import Locale
from flask import redirect, render_template, request
from flask_babel import get_locale
from werkzeug.wrappers import Response

from hub.errors import Invalid, NotFound
from hub.models import Company, Team
from hub.services.settings import hours
from hub.web.admin.company import chosen_company, error_at, settings_link
from hub.web.admin.views import admin
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.admin import AdminForm
from hub.web.viewmodels.parts import Field, Form, Link


@admin.get("/business-hours")
def show_hours() -> str:
    """Show when a company, or one of its teams, works."""
    company = chosen_company()
    team = _team(company)
    return _page(company, team, hours.week_of(current_desk(), company, team))


@admin.post("/business-hours")
def keep_hours() -> str | Response | tuple[str, int]:
    """Keep when a company, or one of its teams, works; what is due moves with it."""
    desk = current_desk()
    company = chosen_company()
    team = _team(company)
    form = request.form
    week = hours.Week(
        tuple(form.get(f"day{weekday}", "") for weekday in range(7)),
        form.get("time_zone", ""),
        works_on_holidays="works_on_holidays" in form,
    )
    try:
        with desk.transaction():
            hours.keep_week(desk, actor(), company, team, week)
    except Invalid as error:
        return _page(company, team, week, error), 422
    add_toast(_("Saved"))
    return redirect(_url(company, team))


def _page(company: Company, team: Team | None, week: hours.Week, error: Invalid | None = None) -> str:
    teams = hours.teams_of(current_desk(), company)
    hidden = [Field(name="company", label="", kind="hidden", value=company.slug)]
    if team is not None:
        hidden.append(Field(name="team", label="", kind="hidden", value=team.slug))
    names = [_weekday(weekday) for weekday in range(7)]
    lines = tuple(
        Field(
            name=f"day{weekday}", label=names[weekday], value=week.lines[weekday], autocomplete="off",
            hint=_("Such as 08:00-12:00, 13:00-18:00; the whole day is 00:00-24:00.") if weekday == 0 else "",
            error=error_at(error, f"day{weekday}"), optional=weekday != 0 or team is not None,
        )
        for weekday in range(7)
    )  # fmt: skip
    zone = Field(
        name="time_zone", label=_("Time zone"), value=week.time_zone, autocomplete="off",
        hint=_("Continent and city, such as Europe/Berlin.") if team is None
        else _("Nothing: the company's, %(zone)s.", zone=company.time_zone),
        error=error_at(error, "time_zone"), optional=team is not None,
    )  # fmt: skip
    works = Field(
        name="works_on_holidays", label=_("Works on holidays too"), kind="checkbox", value="yes",
        checked=week.works_on_holidays,
    )  # fmt: skip
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_("Business hours of %(who)s", who=f"{company.name}: {team.name}" if team else company.name),
        back=settings_link(),
        intro=_("Promised minutes run in these hours only: saving moves when answers are due.")
        if team is None
        else _("A team without hours of its own works the company's. Saving moves when answers are due."),
        rows=(
            Link(label=company.name, url=_url(company, None), current=team is None),
            *(Link(label=each.name, url=_url(company, each), current=each is team) for each in teams),
            Link(label=_("Holidays"), url=f"/admin/holidays?company={company.slug}"),
        ),
        form=Form(
            action="/admin/business-hours",
            fields=(*hidden, *lines, zone, *((works,) if team is not None else ())),
            submit=_("Save"),
        ),
    )
    return render_template("admin/form.html", page=page)


def _team(company: Company) -> Team | None:
    wanted = request.values.get("team", "")
    if not wanted:
        return None
    found = next((each for each in hours.teams_of(current_desk(), company) if each.slug == wanted), None)
    if found is None:
        raise NotFound("This company has no such team.")
    return found


def _weekday(weekday: int) -> str:
    locale = get_locale() or Locale("en")
    return str(locale.days["stand-alone"]["wide"][weekday]).capitalize()


def _url(company: Company, team: Team | None) -> str:
    return f"/admin/business-hours?company={company.slug}" + (f"&team={team.slug}" if team else "")
