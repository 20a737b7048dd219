"""The page on which an agent makes a task of a ticket by hand."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.access import Ability
from hub.domain.task import TaskKind
from hub.domain.task_kinds import SHEETS, usual_details
from hub.errors import Invalid
from hub.services.operations.handmade_tasks import TEAMS, make_task, propose_task
from hub.services.operations.task_links import tasks_nearby
from hub.services.tickets.tickets import find_ticket
from hub.web.desk import current_desk
from hub.web.guards import actor, guarded, staff
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.task_fields import given_answers, kind_fields, kind_links, kind_named
from hub.web.viewmodels.inbox import FormPage
from hub.web.viewmodels.parts import Choice, Field, Form, Link
from hub.web.words import queue_words

new_tasks = guarded(Blueprint("new_tasks", __name__), staff(Ability.READ_TICKETS))
MOST_NEARBY = 3


@new_tasks.get("/tickets/<int:number>/tasks/new")
def new_task(number: int) -> str:
    """Ask for what operations should do, prefilled without names, numbers and addresses."""
    return _task_form(number)


@new_tasks.post("/tickets/<int:number>/tasks")
def create_task(number: int) -> Response:
    """Make a task of a ticket by an agent's hand."""
    who = actor()
    desk = current_desk()
    form = request.form
    try:
        with desk.transaction():
            task = make_task(
                desk,
                who,
                number,
                team=form.get("team", ""),
                title=form.get("title", ""),
                text=form.get("text", ""),
                kind=kind_named(form["kind"], TaskKind.OTHER) if "kind" in form else None,
                answers=given_answers(form) if "kind" in form else None,
            )
    except Invalid as error:
        return make_response(_task_form(number, error=error), 422)
    add_toast(_("Task T-%(n)s is with operations", n=task.id))
    return redirect(f"/tickets/{number}")


def _task_form(number: int, *, error: Invalid | None = None) -> str:
    who = actor()
    desk = current_desk()
    proposal = propose_task(desk, who, number)
    typed = request.form
    kind = kind_named(request.values.get("kind", ""), proposal.kind)
    team = proposal.team if kind is proposal.kind else SHEETS[kind].team
    values = given_answers(typed) if typed else usual_details(kind, find_ticket(desk, who, number).topic)

    def wrong(name: str) -> str:
        return str(error) if error is not None and error.field == name else ""

    teams = tuple(
        Choice(value=each, label=queue_words(each), selected=each == typed.get("team", team)) for each in TEAMS
    )
    fields = (
        Field(name="kind", label="", kind="hidden", value=kind),
        Field(
            name="title",
            label=_("What is to be done?"),
            value=typed.get("title", proposal.title),
            error=wrong("title"),
            autofocus=True,
        ),
        Field(
            name="text",
            label=_("Details for operations"),
            kind="textarea",
            value=typed.get("text", proposal.text),
            optional=True,
        ),
        *kind_fields(kind, values, error),
        Field(name="team", label=_("Team"), kind="select", choices=teams, error=wrong("team")),
    )
    back = Link(label=_("Back to the ticket"), url=f"/tickets/{number}")
    page = FormPage(
        shell=staff_shell(who, place="inbox"),
        title=_("New task for #%(n)s", n=number),
        text=_("Operations see this text and the unit, never who lives there."),
        form=Form(
            action=f"/tickets/{number}/tasks",
            fields=fields,
            submit=_("Make the task"),
            cancel=back,
        ),
        kinds=kind_links(f"/tickets/{number}/tasks/new", kind),
        others=tuple(
            Form(
                action=f"/tasks/{each.id}/tickets/{number}",
                fields=(),
                submit=_("Let it wait for T-%(n)s %(title)s instead", n=each.id, title=each.title),
            )
            for each in tasks_nearby(desk, find_ticket(desk, who, number))[:MOST_NEARBY]
        ),
    )
    return render_template("inbox/form.html", page=page)
