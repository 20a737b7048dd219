"""Who sends answers from the help centre: people, from drafts, or the desk by itself once the drafts have been good."""

from __future__ import annotations

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.answers import DRAFTS_LOOKED_AT, ENOUGH_DRAFTS, DraftRecord
from hub.errors import Invalid
from hub.models import Company
from hub.services.help.drafted_answers import record_of_drafts, set_answering
from hub.services.help.given_answers import silence_days
from hub.web.admin.company import chosen_company, error_at, settings_link
from hub.web.admin.views import admin
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.admin import AdminForm
from hub.web.viewmodels.parts import Banner, Choice, Field, Form, Table


@admin.get("/answers")
def show_answering() -> str:
    """Show how good the drafts have been, and who sends answers."""
    return _page(chosen_company())


@admin.post("/answers")
def choose_answering() -> str | Response | tuple[str, int]:
    """Choose who sends answers, and after how much silence an answered ticket is closed."""
    desk, company = current_desk(), chosen_company()
    by_itself = request.form.get("by_itself", "") == "yes"
    try:
        with desk.transaction():
            set_answering(desk, actor(), company, by_itself=by_itself, silence=request.form.get("silence", ""))
    except Invalid as error:
        return _page(company, error), 422
    add_toast(_("Saved"))
    return redirect(f"/admin/answers?company={company.slug}")


def _page(company: Company, error: Invalid | None = None) -> str:
    record = record_of_drafts(current_desk(), company.id)
    days = silence_days(company)
    by_itself = request.form.get("by_itself", "yes" if company.answers_by_itself else "no")
    offered = company.answers_by_itself or record.earned
    people = Choice(value="no", label=_("People: the desk only drafts"), selected=by_itself != "yes")
    desk = Choice(
        value="yes",
        label=_("The desk by itself, where it is sure"),
        hint=_("Never in an emergency, nor on money, law, or anybody's own records; at most once a ticket."),
        selected=by_itself == "yes",
    )
    fields = (
        Field(name="company", label="", kind="hidden", value=company.slug),
        Field(
            name="by_itself",
            label=_("Who sends answers"),
            kind="radio",
            choices=(people, desk) if offered else (people,),
            error=error_at(error, "by_itself"),
        ),
        Field(
            name="silence",
            label=_("Close after days of silence"),
            value=request.form.get("silence", str(days) if days else ""),
            hint=_("An answered ticket stays in Waiting until somebody says that it is solved. Empty: for ever."),
            error=error_at(error, "silence"),
            optional=True,
        ),
    )
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_("Answers of %(company)s", company=company.name),
        back=settings_link(),
        intro=_(
            "Where the help centre has an answer, it stands in the composer as a draft. After %(enough)s drafts sent "
            "unchanged, 95 of 100 or more, the desk may send them itself.",
            enough=ENOUGH_DRAFTS,
        ),
        saved=_offer(company, record),
        table=_table(record),
        form=Form(action="/admin/answers", fields=fields, submit=_("Save")),
    )
    return render_template("admin/form.html", page=page)


def _offer(company: Company, record: DraftRecord) -> Banner | None:
    if company.answers_by_itself or not record.earned:
        return None
    return Banner(
        title=_("The desk has earned to answer by itself."),
        text=_("%(good)s of %(all)s drafts went out unchanged.", good=record.unchanged, all=record.total),
        tone="ok",
    )


def _table(record: DraftRecord) -> Table:
    rows = (
        (_("Sent unchanged"), record.unchanged),
        (_("Changed before sending"), record.changed),
        (_("Not used"), record.unused),
    )
    return Table(
        caption=_("What people made of the newest drafts, %(most)s at most", most=DRAFTS_LOOKED_AT),
        headings=(_("Draft"), _("Number")),
        rows=tuple((label, str(count)) for label, count in rows),
        numeric=frozenset({1}),
    )
