"""Making a task on the board, and changing what one says: its kind's fields, its checklist, who, when, how much."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.access import Ability
from hub.domain.task import TaskKind
from hub.domain.task_kinds import SHEETS
from hub.domain.ticket import Priority
from hub.errors import Invalid
from hub.services.operations.handmade_tasks import TEAMS, OwnTask, make_own_task, places_to_work
from hub.services.operations.task_details import Details, change_details, check_steps
from hub.services.settings.configuration import read_directory
from hub.web.desk import current_desk
from hub.web.guards import actor, guarded, staff
from hub.web.language import _
from hub.web.ops.task_page import task_page
from hub.web.order_times import read_amount, read_day
from hub.web.shell import add_toast, staff_shell
from hub.web.task_fields import given_answers, kind_fields, kind_links, kind_named
from hub.web.viewmodels.inbox import FormPage
from hub.web.viewmodels.parts import Choice, Field, Form, Link
from hub.web.words import priority_words, queue_words

making = guarded(Blueprint("making", __name__), staff(Ability.WORK_TASKS))


@making.get("/tasks/new")
def new() -> str:
    """Ask what is to be done."""
    return _page()


@making.post("/tasks")
def create() -> Response:
    """Make a task that no ticket asks for."""
    form, desk = request.form, current_desk()
    try:
        wanted = OwnTask(
            title=form.get("title", ""),
            team=form.get("team", ""),
            kind=_kind(),
            text=form.get("text", ""),
            answers=given_answers(form),
            company=form.get("company", ""),
            property_id=_number("property"),
            unit=form.get("unit", ""),
            priority=form.get("priority", Priority.NORMAL),
            due_on=read_day(form.get("due", ""), "due"),
        )
        with desk.transaction():
            task = make_own_task(desk, actor(), wanted)
    except Invalid as error:
        return make_response(_page(error), 422)
    add_toast(_("T-%(n)s is on the board", n=task.id))
    return redirect(f"/tasks/{task.id}")


@making.post("/tasks/<int:number>/details")
def change(number: int) -> Response:
    """Keep what is entered about a task."""
    form, desk = request.form, current_desk()
    try:
        wanted = Details(
            kind=_kind(),
            answers=given_answers(form),
            assignee_id=_number("assignee"),
            due_on=read_day(form.get("due", ""), "due"),
            cost_cents=read_amount(form.get("cost", ""), "cost"),
        )
        with desk.transaction():
            change_details(desk, read_directory(desk), actor(), number, wanted)
    except Invalid as error:
        return make_response(task_page(actor(), number, details_mistake=error), 422)
    add_toast(_("Saved"))
    return redirect(f"/tasks/{number}")


@making.post("/tasks/<int:number>/checklist")
def check(number: int) -> Response:
    """Keep which steps of the checklist are done."""
    desk = current_desk()
    with desk.transaction():
        check_steps(desk, read_directory(desk), actor(), number, set(request.form.getlist("step")))
    add_toast(_("Saved"))
    return redirect(f"/tasks/{number}")


def _kind() -> TaskKind:
    return kind_named(request.values.get("kind", ""), TaskKind.REPAIR)


def _number(name: str) -> int | None:
    words = request.form.get(name, "")
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 19 else None


def _page(mistake: Invalid | None = None) -> str:
    who, kind, form = actor(), _kind(), request.form
    companies, homes = places_to_work(current_desk(), who)
    team = form.get("team", SHEETS[kind].team)

    def wrong(name: str) -> str:
        return str(mistake) if mistake is not None and mistake.field == name else ""

    def chosen(name: str, known: list[tuple[str, str]], usual: str = "") -> tuple[Choice, ...]:
        present = form.get(name, usual)
        return tuple(Choice(value=value, label=words, selected=value == present) for value, words in known)

    firms = [(each.slug, each.name) for each in companies]
    fields = (
        Field(name="kind", label="", kind="hidden", value=kind),
        Field(name="title", label=_("What is to be done?"), value=form.get("title", ""), error=wrong("title"), autofocus=True),
        *(
            (Field(name="company", label=_("Company"), kind="select", choices=chosen("company", firms), error=wrong("company")),)
            if len(companies) > 1
            else ()
        ),
        Field(
            name="property", label=_("Building"), kind="select", optional=True, error=wrong("property"),
            choices=chosen("property", [("", _("None")), *((str(each.id), each.name) for each in homes)]),
        ),
        Field(name="unit", label=_("Unit"), value=form.get("unit", ""), optional=True, error=wrong("unit"), autocomplete="off"),
        *kind_fields(kind, given_answers(form), mistake),
        Field(name="text", label=_("Details"), kind="textarea", value=form.get("text", ""), optional=True, error=wrong("text"),
              hint=_("Numbers and addresses are taken out.")),
        Field(name="team", label=_("Team"), kind="select", error=wrong("team"),
              choices=chosen("team", [(each, queue_words(each)) for each in TEAMS], team)),
        Field(name="priority", label=_("Priority"), kind="select", error=wrong("priority"),
              choices=chosen("priority", [(each, priority_words(each)) for each in Priority], Priority.NORMAL)),
        Field(name="due", label=_("Due"), kind="date", value=form.get("due", ""), optional=True, error=wrong("due")),
    )  # fmt: skip
    page = FormPage(
        shell=staff_shell(who, place="board"),
        title=_("New task: %(kind)s", kind=_(SHEETS[kind].label)),
        text=_("For work that no ticket asks for. A task of a ticket is made on the ticket."),
        kinds=kind_links("/tasks/new", kind),
        form=Form(
            action="/tasks", fields=fields, submit=_("Make the task"), cancel=Link(label=_("Board"), url="/board")
        ),
    )
    return render_template("inbox/form.html", page=page)
