"""Settings of business time: public holidays by country and region, and the days a company keeps beside them."""

from __future__ import annotations

from datetime import date

from babel import Locale
from flask import redirect, render_template, request
from flask_babel import get_locale
from werkzeug.wrappers import Response

from hub.domain.public_holidays import countries, regions
from hub.errors import Invalid
from hub.models import Company
from hub.services.settings import hours
from hub.services.settings.calendars import days_off
from hub.web.admin.company import chosen_company, error_at
from hub.web.admin.views import admin
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.admin import AdminForm
from hub.web.viewmodels.parts import Choice, EmptyState, Field, Form, Link, Table
from hub.web.words import day as day_words


@admin.get("/holidays")
def show_page() -> str:
    """Show the days of a year on which a company is closed."""
    return _page(chosen_company())


@admin.post("/holidays")
def choose_country() -> str | Response | tuple[str, int]:
    """Keep the public holidays of a country or region."""
    desk = current_desk()
    company = chosen_company()
    given = {name: request.form.get(name, "") for name in ("country", "region")}
    try:
        with desk.transaction():
            hours.choose_country(desk, actor(), company, country=given["country"], region=given["region"])
    except Invalid as error:
        return _page(company, given, error), 422
    add_toast(_("Saved"))
    return redirect(_url(company))


@admin.post("/holidays/close")
def close_on() -> str | Response | tuple[str, int]:
    """Close on a day."""
    desk = current_desk()
    company = chosen_company()
    given = {name: request.form.get(name, "") for name in ("day", "name")}
    try:
        with desk.transaction():
            hours.close_on(desk, actor(), company, _day(given["day"]), given["name"])
    except Invalid as error:
        return _page(company, given, error), 422
    add_toast(_("Saved"))
    return redirect(_url(company))


@admin.post("/holidays/work")
def work_on() -> Response:
    """Work on a day that would be off."""
    desk = current_desk()
    company = chosen_company()
    with desk.transaction():
        hours.work_on(desk, actor(), company, _day(request.form.get("worked", "")))
    add_toast(_("Saved"))
    return redirect(_url(company))


def _page(company: Company, given: dict[str, str] | None = None, error: Invalid | None = None) -> str:
    desk = current_desk()
    typed = {"country": company.holiday_country, "region": company.holiday_region, "day": "", "name": ""} | (
        given or {}
    )
    year = desk.clock.now().year
    off = days_off(desk, company, year) | days_off(desk, company, year + 1)
    worked = {**hours.worked_holidays(desk, company, year), **hours.worked_holidays(desk, company, year + 1)}
    rows = [(day_words(each), name, _("closed")) for each, name in off.items()]
    rows += [(day_words(each), name, _("open all the same")) for each, name in worked.items()]
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_("Holidays of %(company)s", company=company.name),
        back=Link(label=_("Business hours"), url=f"/admin/business-hours?company={company.slug}"),
        intro=_("On these days no promised minute runs in business hours, but for teams that work on holidays."),
        table=Table(
            caption=_("Days off of this year and the next"),
            headings=(_("Day"), _("Name"), _("Office")),
            rows=tuple(rows),
        )
        if rows
        else None,
        empty=None if rows else EmptyState(title=_("No day is off yet: choose a country, or close on a day.")),
        others=(_close_form(company, typed, error), *((_work_form(company, off),) if off else ())),
        form=_country_form(company, typed, error),
    )
    return render_template("admin/form.html", page=page)


def _country_form(company: Company, typed: dict[str, str], error: Invalid | None) -> Form:
    locale = get_locale() or Locale("en")
    named = sorted((locale.territories.get(code, code), code) for code in countries())
    known = regions(company.holiday_country)
    choices = (
        Choice(value="", label=_("None"), selected=not typed["country"]),
        *(Choice(value=code, label=name, selected=code == typed["country"]) for name, code in named),
    )
    region = Field(
        name="region",
        label=_("Region"),
        value=typed["region"],
        error=error_at(error, "region"),
        optional=True,
        autocomplete="off",
        hint=_("One of: %(codes)s.", codes=", ".join(known)) if known else _("Its short name, such as BE for Berlin."),
    )
    country = Field(
        name="country", label=_("Country"), kind="select", choices=choices, error=error_at(error, "country")
    )
    return Form(action="/admin/holidays", fields=(_hidden(company), country, region), submit=_("Save"))


def _close_form(company: Company, typed: dict[str, str], error: Invalid | None) -> Form:
    name = Field(name="name", label=_("Name"), value=typed["name"], error=error_at(error, "name"), autocomplete="off")
    day = Field(name="day", label=_("Day"), kind="date", value=typed["day"], error=error_at(error, "day"))
    return Form(action="/admin/holidays/close", fields=(_hidden(company), day, name), submit=_("Close on this day"))


def _work_form(company: Company, off: dict[date, str]) -> Form:
    days = tuple(Choice(value=each.isoformat(), label=f"{day_words(each)}: {name}") for each, name in off.items())
    day = Field(name="worked", label=_("Day off"), kind="select", choices=days)
    return Form(action="/admin/holidays/work", fields=(_hidden(company), day), submit=_("Work on this day"))


def _hidden(company: Company) -> Field:
    return Field(name="company", label="", kind="hidden", value=company.slug)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError as error:
        raise Invalid("Day: choose a date, such as 2026-12-24.", field="day") from error


def _url(company: Company) -> str:
    return f"/admin/holidays?company={company.slug}"
