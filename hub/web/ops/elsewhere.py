"""Work whose truth is in another program: a list to read, a table to hand over and to take along."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.access import Ability
from hub.errors import Invalid
from hub.models import OutsideTask
from hub.services.catalogue import choose_company
from hub.services.operations.outside_sheets import COLUMNS, export_sheet, import_sheet
from hub.services.operations.outside_tasks import is_stale, list_outside_tasks
from hub.web.desk import current_desk
from hub.web.guards import actor, guarded, staff
from hub.web.language import _, ngettext
from hub.web.ops.cards import ZONE, board_views
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.board import ElsewherePage
from hub.web.viewmodels.parts import EmptyState, Field, Form, Link, Table
from hub.web.words import age

elsewhere = guarded(Blueprint("elsewhere", __name__), staff(Ability.SEE_BOARD))


@elsewhere.get("/board/elsewhere")
def show() -> str:
    """Show what other programs say of their tasks."""
    return _page()


@elsewhere.get("/board/elsewhere.csv")
def download() -> Response:
    """Give it as a table."""
    response = make_response(export_sheet(current_desk(), actor()))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="work-elsewhere.csv"'
    return response


@elsewhere.post("/board/elsewhere")
def take() -> Response:
    """Take a table over, whole or not at all."""
    desk, who = current_desk(), actor()
    file = request.files.get("file")
    data = file.read() if file is not None else b""
    try:
        with desk.transaction():
            company = choose_company(desk, who, request.form.get("company", ""), ability=Ability.WORK_TASKS)
            done = import_sheet(desk, who, company, data, name=_("The file"))
    except Invalid as error:
        return make_response(_page(error), 422)
    add_toast(
        ngettext("%(num)s row taken over", "%(num)s rows taken over", done.taken)
        + (f", {_('%(n)s said nothing newer', n=done.older)}" if done.older else "")
    )
    return redirect("/board/elsewhere")


def _page(error: Invalid | None = None) -> str:
    who, desk = actor(), current_desk()
    found = list_outside_tasks(desk, who)
    may = who.can_anywhere(Ability.WORK_TASKS)
    wrong = str(error) if error is not None else ""
    fields: tuple[Field, ...] = (
        Field(
            name="file", label=_("CSV or XLSX file"), kind="file", accept=".csv,.xlsx", error=wrong,
            hint=_("Columns: %(columns)s. Older rows than what is known are left alone.", columns=", ".join(COLUMNS)),
        ),
    )  # fmt: skip
    if len(who.companies_with(Ability.WORK_TASKS)) > 1:
        fields = (Field(name="company", label=_("Company"), value=request.form.get("company", "")), *fields)
    page = ElsewherePage(
        shell=staff_shell(who, place="board"),
        title=_("Work elsewhere"),
        text=_("Other programs own these tasks: what they last said stands here and is changed there."),
        views=board_views("elsewhere"),
        table=Table(
            caption=_("Work elsewhere"),
            headings=(_("Task"), _("State"), _("What they say"), _("As of"), _("Ticket")),
            rows=tuple(_row(each) for each in found),
            urls=tuple(each.url for each in found),
        ),
        export=Link(label=_("Download as CSV"), url="/board/elsewhere.csv"),
        form=Form(action="/board/elsewhere", fields=fields, submit=_("Take it over"), multipart=True) if may else None,
        empty=None if found else EmptyState(title=_("No other program has told of a task yet.")),
    )
    return render_template("board/elsewhere.html", page=page)


def _row(task: OutsideTask) -> tuple[str, ...]:
    now = current_desk().clock.now()
    known = age(task.as_of, now, ZONE).words
    return (
        f"{task.source} {task.outside_id}",
        task.state,
        task.words,
        _("%(age)s ago, stale", age=known) if is_stale(task, now) else _("%(age)s ago", age=known),
        f"#{task.ticket_id}" if task.ticket_id else "",
    )
