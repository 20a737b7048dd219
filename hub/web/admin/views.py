"""Settings that administrators keep: who is on call, and what people in danger are told."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from classifiers.emergencies import EmergencyKind
from classifiers.safety import languages, safety_text
from hub.domain.access import Ability
from hub.domain.paging import plain_kind
from hub.errors import Invalid
from hub.models import Company
from hub.services.emergencies import on_call
from hub.services.emergencies.safety_texts import own_texts, spoken, write_safety_texts
from hub.services.settings.companies import administered
from hub.services.triage.routing_rules import rules_of
from hub.web.admin.company import answering_words, chosen_company, error_at, language_name, settings_link
from hub.web.admin.inbox import inbox_settings
from hub.web.admin.operations import operations_settings
from hub.web.desk import current_desk
from hub.web.guards import actor, guarded, staff
from hub.web.language import _, ngettext
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.admin import AdminForm, AdminHome, Setting, SettingGroup
from hub.web.viewmodels.parts import EmptyState, Field, Form, Link, Table

admin = guarded(Blueprint("admin", __name__, url_prefix="/admin"), staff(Ability.ADMINISTER))


@admin.get("")
def home() -> str:
    """List what can be set, company by company."""
    desk = current_desk()
    groups = []
    for company in administered(desk, actor()):
        people = len(on_call.ladder_of(desk, company.id))
        own = own_texts(company, spoken(company.language))
        moved = len(rules_of(company).queues)
        groups.append(
            SettingGroup(
                title=company.name,
                settings=(
                    Setting(
                        label=_("Who is on call"),
                        url=f"/admin/on-call?company={company.slug}",
                        words=ngettext("%(num)s person", "%(num)s people", people) if people else _("nobody yet"),
                    ),
                    *operations_settings(company),
                    *inbox_settings(company),
                    Setting(
                        label=_("Safety texts"),
                        url=f"/admin/safety-texts?company={company.slug}",
                        words=ngettext("%(num)s of your own", "%(num)s of your own", len(own))
                        if own
                        else _("as usual"),
                    ),
                    Setting(
                        label=_("Where messages go"),
                        url=f"/admin/routing?company={company.slug}",
                        words=ngettext("%(num)s topic elsewhere", "%(num)s topics elsewhere", moved)
                        if moved
                        else _("as usual"),
                    ),
                    Setting(
                        label=_("Answers"),
                        url=f"/admin/answers?company={company.slug}",
                        words=answering_words(company),
                    ),
                    Setting(
                        label=_("Business hours"),
                        url=f"/admin/business-hours?company={company.slug}",
                        words=_("time of %(zone)s", zone=company.time_zone),
                    ),
                    Setting(
                        label=_("Promises"),
                        url=f"/admin/promises?company={company.slug}",
                        words=_("when answers, news and solutions are due"),
                    ),
                    Setting(
                        label=_("Holidays"),
                        url=f"/admin/holidays?company={company.slug}",
                        words=company.holiday_region or company.holiday_country or _("none"),
                    ),
                ),
            )
        )
    page = AdminHome(shell=staff_shell(actor()), title=_("Settings"), groups=tuple(groups))
    return render_template("admin/home.html", page=page)


@admin.get("/on-call")
def show_ladder() -> str:
    """Show who is paged in an emergency, in which order."""
    return _ladder(chosen_company())


@admin.post("/on-call")
def add_step() -> str | Response | tuple[str, int]:
    """Add somebody at the end of the ladder."""
    desk = current_desk()
    company = chosen_company()
    form = request.form
    rung = on_call.Rung(form.get("name", ""), form.get("phone", ""), form.get("wait_minutes", ""))
    try:
        with desk.transaction():
            step = on_call.add_step(desk, actor(), company, rung)
    except Invalid as error:
        return _ladder(company, rung, error), 422
    add_toast(_("%(name)s is on the ladder", name=step.name))
    return redirect(f"/admin/on-call?company={company.slug}")


@admin.post("/on-call/<int:number>/remove")
def remove_step(number: int) -> Response:
    """Take somebody off the ladder."""
    desk = current_desk()
    with desk.transaction():
        step = on_call.remove_step(desk, actor(), number)
    add_toast(_("%(name)s is off the ladder", name=step.name))
    return _back_to_ladder(step.company_id)


@admin.post("/on-call/<int:number>/up")
def move_up(number: int) -> Response:
    """Let somebody be paged before whoever came before them."""
    desk = current_desk()
    with desk.transaction():
        step = on_call.move_up(desk, actor(), number)
    add_toast(_("%(name)s is paged earlier now", name=step.name))
    return _back_to_ladder(step.company_id)


@admin.get("/safety-texts")
def show_texts() -> str:
    """Show what people in danger are told in a language."""
    return _texts(chosen_company(), _language())


@admin.post("/safety-texts")
def write_texts() -> str | Response | tuple[str, int]:
    """Keep what people in danger are told in a language."""
    desk = current_desk()
    company, language = chosen_company(), _language()
    given = {str(each): request.form.get(each, "") for each in EmergencyKind}
    try:
        with desk.transaction():
            write_safety_texts(desk, actor(), company, language, given)
    except Invalid as error:
        return _texts(company, language, given, error), 422
    add_toast(_("Saved"))
    return redirect(f"/admin/safety-texts?company={company.slug}&language={language}")


def _ladder(company: Company, rung: on_call.Rung | None = None, error: Invalid | None = None) -> str:
    steps = on_call.ladder_of(current_desk(), company.id)
    given = rung or on_call.Rung("", "", "5")
    rows = tuple((str(rank), each.name, each.phone, str(each.wait_minutes)) for rank, each in enumerate(steps, start=1))
    fields = (
        Field(name="company", label="", kind="hidden", value=company.slug),
        Field(name="name", label=_("Name"), value=given.name, error=error_at(error, "name"), autocomplete="off"),
        Field(
            name="phone", label=_("Phone"), kind="tel", value=given.phone, hint=_("With its country code."),
            error=error_at(error, "phone"), autocomplete="off",
        ),
        Field(
            name="wait_minutes", label=_("Minutes to wait for an answer"), value=given.wait_minutes,
            hint=_("Then the next one is paged."), error=error_at(error, "wait_minutes"), autocomplete="off",
        ),
    )  # fmt: skip
    changes: list[Form] = []
    for each in steps:
        here, name = f"/admin/on-call/{each.id}", each.name
        if each is not steps[0]:
            changes.append(Form(action=f"{here}/up", fields=(), submit=_("Move %(name)s up", name=name)))
        changes.append(Form(action=f"{here}/remove", fields=(), submit=_("Remove %(name)s", name=name)))
    table = Table(
        caption=_("Who is paged, first one first"),
        headings=(_("Step"), _("Name"), _("Phone"), _("Minutes")),
        rows=rows,
        numeric=frozenset({3}),
    )
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_("Who is on call for %(company)s", company=company.name),
        back=settings_link(),
        intro=_(
            "In an emergency the first one gets a text and a call. Who does not answer within their minutes is "
            "followed by the next; after the last one everybody sees a red bar, and it begins again."
        ),
        form=Form(action="/admin/on-call", fields=fields, submit=_("Add to the ladder")),
        table=table if rows else None,
        others=tuple(changes),
        empty=None if rows else EmptyState(title=_("Nobody is on call: an emergency pages no one.")),
    )
    return render_template("admin/form.html", page=page)


def _texts(company: Company, language: str, given: dict[str, str] | None = None, error: Invalid | None = None) -> str:
    own = own_texts(company, language) if given is None else given
    hidden = (("company", company.slug), ("language", language))
    fields = tuple(
        Field(
            name=str(kind), label=plain_kind(kind).capitalize(), kind="textarea", rows=3,
            value=own.get(kind) or safety_text(kind, language), error=error_at(error, kind),
        )
        for kind in EmergencyKind
    )  # fmt: skip
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_("Safety texts of %(company)s: %(language)s", company=company.name, language=language_name(language)),
        back=settings_link(),
        intro=_(
            "Sent at once to whoever tells of danger, in their language; the emergency number is added at the end. "
            "An empty text brings the usual one back."
        ),
        rows=tuple(
            Link(label=language_name(each), url=f"/admin/safety-texts?company={company.slug}&language={each}")
            for each in languages()
        ),
        form=Form(
            action="/admin/safety-texts",
            fields=(*(Field(name=name, label="", kind="hidden", value=value) for name, value in hidden), *fields),
            submit=_("Save"),
        ),
    )
    return render_template("admin/form.html", page=page)


def _language() -> str:
    wanted = request.values.get("language", "")
    return wanted if wanted in languages() else spoken(chosen_company().language)


def _back_to_ladder(company_id: int) -> Response:
    company = current_desk().session.get_one(Company, company_id)
    return redirect(f"/admin/on-call?company={company.slug}")
