"""Rarer things done to one ticket: merged, forwarded, printed, its sender blocked or heard again."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.access import Ability
from hub.errors import HubError, Invalid, Refused
from hub.models import Ticket
from hub.services.inbox.conversation import open_conversation
from hub.services.inbox.filters import Filters
from hub.services.sending.forwarding import forward
from hub.services.tickets.blocking import block_sender, release_ticket
from hub.services.tickets.merging import merge_candidates, merge_tickets
from hub.services.tickets.tickets import find_ticket
from hub.web.desk import current_desk
from hub.web.guards import actor, came_from, guarded, staff
from hub.web.inbox.asked import asked_list, asked_place, number_in
from hub.web.inbox.pages import place_of
from hub.web.inbox.panes import leave_for
from hub.web.inbox.thread import thread_of
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.conversation import MessageView
from hub.web.viewmodels.inbox import FormPage, PaperPage
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
    undo = f"/undo/{way_back}?{asked_place()}" if way_back else ""
    add_toast(_("#%(n)s is part of #%(into)s now", n=number, into=target.id), undo_url=undo)
    return redirect(f"/tickets/{target.id}?{asked_place()}")


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
    undo = f"/undo/{way_back}?{asked_place()}" if way_back else ""
    add_toast(_("%(address)s is blocked", address=address), undo_url=undo)
    return leave_for(asked_list())


@doing.post("/tickets/<int:number>/release")
def release(number: int) -> Response:
    """Bring a ticket back from quarantine and hear its sender again."""
    desk = current_desk()
    with desk.transaction():
        release_ticket(desk, actor(), number)
    add_toast(_("#%(n)s is back, and its sender is heard again", n=number))
    return leave_for(f"/inbox/all/{number}")


@doing.get("/tickets/<int:number>/messages/<int:message_id>/forward")
def ask_forward(number: int, message_id: int) -> str:
    """Ask to whom a message is passed on."""
    return _forward_page(number, message_id)


@doing.post("/tickets/<int:number>/messages/<int:message_id>/forward")
def pass_on(number: int, message_id: int) -> Response:
    """Pass a message on, with its files."""
    desk = current_desk()
    form = request.form
    try:
        with desk.transaction():
            note = forward(desk, actor(), number, message_id, form.get("to", ""), form.get("text", ""))
    except (Invalid, Refused) as error:
        return make_response(_forward_page(number, message_id, error=str(error)), 422)
    add_toast(
        _("Forwarding to %(address)s", address=note.facts["to"][0]["address"]),
        undo_url=f"/messages/{note.public_id}/undo?{asked_place()}",
    )
    return redirect(f"/tickets/{number}?{asked_place()}")


@doing.get("/tickets/<int:number>/print")
def on_paper(number: int) -> str:
    """Show a ticket as it goes on paper; notes only where they are asked for, marked."""
    who = actor()
    place = place_of(who, "all", Filters(), number)
    desk = current_desk()
    talk = open_conversation(desk, find_ticket(desk, who, number))
    notes = "notes" in request.args
    thread = thread_of(place, talk)
    items = tuple(each for each in thread.items if notes or not (isinstance(each, MessageView) and each.internal))
    page = PaperPage(
        shell=staff_shell(who, place="inbox"),
        title=f"#{number} {thread.subject}",
        company=talk.company.name,
        thread=replace(thread, items=items),
        person=", ".join(part for part in (talk.ticket.requester_name, talk.ticket.unit_label) if part),
        switch=Link(
            label=_("Without notes") if notes else _("With notes for staff"),
            url=f"/tickets/{number}/print{'' if notes else '?notes'}",
        ),
        back=Link(label=_("Back to the ticket"), url=f"/tickets/{number}"),
    )
    return render_template("inbox/paper.html", page=page)


def _forward_page(number: int, message_id: int, *, error: str = "") -> str:
    who = actor()
    find_ticket(current_desk(), who, number)
    typed = request.form
    page = FormPage(
        shell=staff_shell(who, place="inbox"),
        title=_("Forward a message of #%(n)s", n=number),
        text=_("The message and its files leave as they came. An answer comes back onto this ticket."),
        form=Form(
            action=f"/tickets/{number}/messages/{message_id}/forward?{asked_place()}",
            fields=(
                Field(
                    name="to",
                    label=_("To which address?"),
                    kind="email",
                    value=typed.get("to", ""),
                    error=error,
                    autofocus=True,
                ),
                Field(name="text", label=_("Your words"), kind="textarea", value=typed.get("text", ""), optional=True),
            ),
            submit=_("Forward"),
            cancel=Link(label=_("Back to the ticket"), url=f"/tickets/{number}?{asked_place()}"),
        ),
    )
    return render_template("inbox/form.html", page=page)


def _merge_page(number: int, *, error: str = "", typed: str = "") -> str:
    who = actor()
    desk = current_desk()
    ticket = find_ticket(desk, who, number)
    others = tuple(_choice(each) for each in merge_candidates(desk, who, ticket))
    place = asked_place()
    fields = (
        *((Field(name="into", label=_("Put it onto"), kind="radio", choices=others),) if others else ()),
        Field(name="number", label=_("Or the ticket's number"), value=typed, error=error, optional=bool(others)),
    )
    page = FormPage(
        shell=staff_shell(who, place="inbox"),
        title=_("Merge #%(n)s into another ticket", n=number),
        text=_("Its messages and tasks move there, and its number leads there. You can undo it for a day."),
        form=Form(
            action=f"/tickets/{number}/merge?{place}",
            fields=fields,
            submit=_("Merge"),
            cancel=Link(label=_("Back to the ticket"), url=f"/tickets/{number}?{place}"),
        ),
    )
    return render_template("inbox/form.html", page=page)


def _choice(ticket: Ticket) -> Choice:
    words = f"{day(ticket.last_activity_at.date())} · {status_words(ticket.status, ticket.requester_role)}"
    return Choice(value=str(ticket.id), label=f"#{ticket.id} {ticket.subject}", hint=words)
