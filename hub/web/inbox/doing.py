"""Rarer things done to one ticket: merging it, blocking its sender, letting it out of quarantine."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.access import Ability
from hub.errors import HubError, Invalid, Refused
from hub.models import Ticket
from hub.services.blocking import block_sender, release_ticket
from hub.services.merging import merge_candidates, merge_tickets
from hub.services.tickets import find_ticket
from hub.web.desk import current_desk
from hub.web.guards import actor, came_from, guarded, staff
from hub.web.inbox.asked import asked_view, number_in
from hub.web.inbox.panes import leave_for
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.board import NewTaskPage
from hub.web.viewmodels.parts import Choice, Field, Form, Link
from hub.web.words import day, status_words

doing = guarded(Blueprint("doing", __name__), staff(Ability.WORK_TICKETS))


@doing.get("/tickets/<int:number>/merge")
def ask_merge(number: int) -> str:
    """Ask which ticket this one belongs to."""
    return _merge_page(number)


@doing.post("/tickets/<int:number>/merge")
def merge(number: int) -> Response:
    """Put a ticket onto another."""
    who = actor()
    desk = current_desk()
    typed = request.form.get("number", "").strip().removeprefix("#")
    into = number_in(typed or request.form.get("into", ""))
    try:
        with desk.transaction():
            if into is None:
                raise Invalid(_("Choose a ticket, or type its number."), field="number")
            target, way_back = merge_tickets(desk, who, number, into)
    except HubError as error:
        return make_response(_merge_page(number, error=str(error), typed=typed), 422)
    undo = f"/undo/{way_back}?view={asked_view()}" if way_back else ""
    add_toast(_("#%(n)s is part of #%(into)s now", n=number, into=target.id), undo_url=undo)
    return redirect(f"/tickets/{target.id}?view={asked_view()}")


@doing.post("/tickets/<int:number>/block")
def block(number: int) -> Response:
    """Put a ticket and what its sender writes from now on into quarantine."""
    desk = current_desk()
    try:
        with desk.transaction():
            address, way_back = block_sender(desk, actor(), number)
    except Refused as error:
        add_toast(str(error))
        return leave_for(came_from(f"/tickets/{number}"))
    undo = f"/undo/{way_back}?view={asked_view()}" if way_back else ""
    add_toast(_("%(address)s is blocked", address=address), undo_url=undo)
    return leave_for(f"/inbox/{asked_view()}")


@doing.post("/tickets/<int:number>/release")
def release(number: int) -> Response:
    """Bring a ticket back from quarantine and hear its sender again."""
    desk = current_desk()
    with desk.transaction():
        release_ticket(desk, actor(), number)
    add_toast(_("#%(n)s is back, and its sender is heard again", n=number))
    return leave_for(f"/inbox/all/{number}")


def _merge_page(number: int, *, error: str = "", typed: str = "") -> str:
    who = actor()
    desk = current_desk()
    ticket = find_ticket(desk, who, number)
    others = tuple(_choice(each) for each in merge_candidates(desk, who, ticket))
    view = asked_view()
    fields = (
        *((Field(name="into", label=_("Put it onto"), kind="radio", choices=others),) if others else ()),
        Field(name="number", label=_("Or the ticket's number"), value=typed, error=error, optional=bool(others)),
    )
    page = NewTaskPage(
        shell=staff_shell(who, place="inbox"),
        title=_("Merge #%(n)s into another ticket", n=number),
        text=_("Its messages and tasks move there, and its number leads there. You can undo it for a day."),
        form=Form(
            action=f"/tickets/{number}/merge?view={view}",
            fields=fields,
            submit=_("Merge"),
            cancel=Link(label=_("Back to the ticket"), url=f"/tickets/{number}?view={view}"),
        ),
    )
    return render_template("inbox/new_task.html", page=page)


def _choice(ticket: Ticket) -> Choice:
    words = f"{day(ticket.last_activity_at.date())} · {status_words(ticket.status, ticket.requester_role)}"
    return Choice(value=str(ticket.id), label=f"#{ticket.id} {ticket.subject}", hint=words)
