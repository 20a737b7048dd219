"""The setting of who gets tasks by mail, where no Slack channel does."""

from __future__ import annotations

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from hub.errors import Invalid
from hub.models import Company
from hub.services.operations.task_mail import TEAMS, Readers, readers_of, write_readers
from hub.web.admin.company import chosen_company, error_at, settings_link
from hub.web.admin.views import admin
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.admin import AdminForm
from hub.web.viewmodels.parts import Choice, Field, Form
from hub.web.words import queue_words


@admin.get("/task-mail")
def show_task_mail() -> str:
    """Show who gets tasks by mail."""
    return _page(chosen_company())


@admin.post("/task-mail")
def keep_task_mail() -> str | Response | tuple[str, int]:
    """Keep who gets tasks by mail."""
    desk, company = current_desk(), chosen_company()
    given = {team: request.form[team] for team in TEAMS if team in request.form}
    try:
        with desk.transaction():
            write_readers(desk, actor(), company, given)
    except Invalid as error:
        return _page(company, error), 422
    add_toast(_("Saved"))
    return redirect(f"/admin/task-mail?company={company.slug}")


def _page(company: Company, error: Invalid | None = None) -> str:
    words = {
        Readers.NOBODY: _("Nobody"),
        Readers.ASSIGNEE: _("Whoever has the task"),
        Readers.ALL: _("Whoever has it, else everybody of operations"),
    }
    fields = tuple(
        Field(
            name=team,
            label=queue_words(team),
            kind="select",
            choices=tuple(
                Choice(value=each, label=words[each], selected=each is readers_of(company, team)) for each in Readers
            ),
            error=error_at(error, team),
        )
        for team in TEAMS
    )
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_("Tasks by mail at %(company)s", company=company.name),
        back=settings_link(),
        intro=_(
            "Where no Slack channel gets a task, a mail does: what is to be done, and a link for each step. A link opens a "
            "page with one button; only the button does something. It works for a month, for whom it was written to."
        ),
        form=Form(
            action="/admin/task-mail",
            fields=(Field(name="company", label="", kind="hidden", value=company.slug), *fields),
            submit=_("Save"),
        ),
    )
    return render_template("admin/form.html", page=page)
