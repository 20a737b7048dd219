"""The writers' page of notices: what people are told for some days."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from classifiers.labels import TOPICS
from hub.errors import Invalid
from hub.models import Company
from hub.services.help.announcements import AUDIENCES, Announcement, announce, end_notice, list_notices, properties_of
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.kb.company import chosen_company
from hub.web.kb.views import audience_words, writers
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.admin import AdminForm
from hub.web.viewmodels.parts import Choice, EmptyState, Field, Form, Link, Table
from hub.web.words import day


@writers.get("/notices")
def show_notices() -> str:
    """Show the notices that have not ended, and the form of a new one."""
    return _page(chosen_company())


@writers.post("/notices")
def keep_notice() -> str | Response | tuple[str, int]:
    """Announce something."""
    desk, company, form = current_desk(), chosen_company(), request.form
    place = form.get("property", "")
    written = Announcement(
        title=form.get("title", ""),
        text=form.get("text", ""),
        starts_on=_day(form.get("starts_on", "")),
        ends_on=_day(form.get("ends_on", "")),
        audience=form.get("audience", ""),
        property_id=int(place) if place.isascii() and place.isdecimal() and len(place) < 19 else None,
        topic=form.get("topic", "") if form.get("topic", "") in TOPICS else "",
    )
    try:
        with desk.transaction():
            announce(desk, actor(), company, written)
    except Invalid as error:
        return _page(company, error), 422
    add_toast(_("Announced"))
    return redirect(f"/kb/notices?{urlencode({'company': company.slug})}")


@writers.post("/notices/<int:notice_id>/end")
def take_back(notice_id: int) -> Response:
    """Take a notice back."""
    desk = current_desk()
    with desk.transaction():
        notice = end_notice(desk, actor(), notice_id)
        company = desk.session.get_one(Company, notice.company_id)
    add_toast(_("“%(title)s” is told no more", title=notice.title))
    return redirect(f"/kb/notices?{urlencode({'company': company.slug})}")


def _page(company: Company, error: Invalid | None = None) -> str:
    desk = current_desk()
    found = list_notices(desk, company)
    rows = tuple(
        (
            notice.title,
            name or _("Everywhere"),
            audience_words(notice.audience),
            day(notice.starts_on),
            day(notice.ends_on),
        )
        for notice, name in found
    )
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_("Notices of %(company)s", company=company.name),
        back=Link(label=_("Help centre"), url=f"/kb?{urlencode({'company': company.slug})}"),
        intro=_(
            "A notice stands in the portal and the help centre from its first day to its last. What is for one building "
            "is told to its own residents only. Agents are offered it where a ticket seems to be about it."
        ),
        table=Table(
            caption=_("Notices that have not ended"),
            headings=(_("Notice"), _("Where"), _("For"), _("From"), _("To")),
            rows=rows,
        )
        if rows
        else None,
        others=tuple(
            Form(
                action=f"/kb/notices/{notice.id}/end", fields=(), submit=_("Take back “%(title)s”", title=notice.title)
            )
            for notice, _name in found
        ),
        empty=None if rows else EmptyState(title=_("There is nothing to announce.")),
        form=Form(action="/kb/notices", fields=_fields(company, error), submit=_("Announce")),
    )
    return render_template("admin/form.html", page=page)


def _fields(company: Company, error: Invalid | None) -> tuple[Field, ...]:
    form, wrong = request.form, {error.field: str(error)} if error is not None else {}
    places = ((str(each.id), each.name) for each in properties_of(current_desk(), company))
    today = current_desk().clock.now().date().isoformat()
    return (
        Field(name="company", label="", kind="hidden", value=company.slug),
        Field(name="title", label=_("What"), value=form.get("title", ""), error=wrong.get("title", "")),
        Field(
            name="text", label=_("What people should know and do"), kind="textarea", rows=4, value=form.get("text", ""),
            error=wrong.get("text", ""),
        ),
        Field(
            name="property", label=_("Where"), kind="select", error=wrong.get("property", ""),
            choices=tuple(
                Choice(value=number, label=name, selected=form.get("property", "") == number)
                for number, name in (("", _("Everywhere")), *places)
            ),
        ),
        Field(
            name="audience", label=_("For"), kind="select", error=wrong.get("audience", ""),
            choices=tuple(
                Choice(value=a, label=audience_words(a), selected=form.get("audience", "residents") == a) for a in AUDIENCES
            ),
        ),
        Field(
            name="topic", label=_("Tickets about it are on"), kind="select", optional=True,
            choices=tuple(
                Choice(value=t, label=t.replace("-", " ").capitalize(), selected=form.get("topic", "") == t)
                for t in ("", *TOPICS)
            ),
        ),
        Field(
            name="starts_on", label=_("From"), kind="date", value=form.get("starts_on", today),
            error=wrong.get("starts_on", ""),
        ),
        Field(
            name="ends_on", label=_("To"), kind="date", value=form.get("ends_on", ""), error=wrong.get("ends_on", ""),
        ),
    )  # fmt: skip


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
