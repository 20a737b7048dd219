"""The setting of which team works which queue, and whether its messages become work by themselves."""

from __future__ import annotations

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.routing import OPERATIONS
from hub.errors import Invalid
from hub.models import Company
from hub.services.settings.queue_settings import Worked, keep_queues, queues_of, team_names
from hub.web.admin.company import chosen_company, error_at, settings_link
from hub.web.admin.views import admin
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.admin import AdminForm
from hub.web.viewmodels.parts import Choice, Field, Form
from hub.web.words import queue_words


@admin.get("/queues")
def show_queues() -> str:
    """Show who works which queue."""
    desk, company = current_desk(), chosen_company()
    return _page(company, queues_of(desk, company), team_names(desk, company))


@admin.post("/queues")
def keep_queue_settings() -> str | Response | tuple[str, int]:
    """Keep who works which queue; what is due follows the teams' hours."""
    desk, company = current_desk(), chosen_company()
    form = request.form
    worked = {each: Worked(form.get(f"team-{each}", ""), f"tasks-{each}" in form) for each in queues_of(desk, company)}
    names = {each: form.get(f"name-{each}", "") for each in team_names(desk, company)}
    try:
        with desk.transaction():
            keep_queues(desk, actor(), company, worked, names)
    except Invalid as error:
        desk.session.expire_all()
        return _page(company, worked, names, error), 422
    add_toast(_("Saved"))
    return redirect(f"/admin/queues?company={company.slug}")


def _page(company: Company, worked: dict[str, Worked], names: dict[str, str], error: Invalid | None = None) -> str:
    teams = tuple(
        Field(
            name=f"name-{slug}",
            label=_("Name of the team %(team)s", team=queue_words(slug)),
            value=name,
            error=error_at(error, f"name-{slug}"),
            autocomplete="off",
        )
        for slug, name in names.items()
    )
    queues = tuple(field for slug, how in worked.items() for field in _of_queue(slug, how, names, error))
    hidden = Field(name="company", label="", kind="hidden", value=company.slug)
    page = AdminForm(
        shell=staff_shell(actor()),
        title=_("Queues and teams of %(company)s", company=company.name),
        back=settings_link(),
        intro=_(
            "A queue keeps the hours of the team that works it: saving moves when answers are due. In danger operations "
            "get a task whatever is set here."
        ),
        form=Form(action="/admin/queues", fields=(hidden, *teams, *queues), submit=_("Save")),
    )
    return render_template("admin/form.html", page=page)


def _of_queue(slug: str, how: Worked, names: dict[str, str], error: Invalid | None) -> tuple[Field, ...]:
    nobody = Choice(value="", label=_("No team: the company's hours"), selected=not how.team)
    choices = (nobody, *(Choice(value=key, label=name, selected=key == how.team) for key, name in names.items()))
    team = Field(
        name=f"team-{slug}",
        label=_("%(queue)s is worked by", queue=queue_words(slug)),
        kind="select",
        choices=choices,
        error=error_at(error, f"team-{slug}"),
    )
    if slug not in OPERATIONS:
        return (team,)
    tasks = Field(
        name=f"tasks-{slug}",
        label=_("Messages that need work become tasks by themselves"),
        kind="checkbox",
        checked=how.makes_tasks,
    )
    return (team, tasks)
