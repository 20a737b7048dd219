"""The inbox's addresses: views, tickets, and what agents do there. Everything also works without script."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.access import Ability
from hub.domain.ticket import TicketStatus
from hub.errors import Invalid, Refused
from hub.services.inbox.filters import FILTERS, Filters
from hub.services.inbox.opening import look_at_ticket
from hub.services.inbox.saved_views import address_of, find_saved, path_of
from hub.services.tickets import tickets, undoing
from hub.services.tickets.undoing import change_undoably
from hub.web.desk import current_desk
from hub.web.guards import actor, came_from, guarded, staff
from hub.web.inbox.asked import asked_filters, asked_list, asked_place, asked_view, number_in, wants_fragment
from hub.web.inbox.changes import asked_change, change_words, zone_of
from hub.web.inbox.pages import first_number, inbox_page, open_ticket, place_of, ticket_pane
from hub.web.inbox.panes import after_change, go_on, leave_for, pane_of, say
from hub.web.inbox.rows import Place
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.inbox import FormPage, InboxPage
from hub.web.viewmodels.parts import Field, Form, Link

start = guarded(Blueprint("start", __name__), staff())
inbox = guarded(Blueprint("inbox", __name__), staff(Ability.READ_TICKETS))


@start.get("/inbox")
def home() -> AnyResponse:
    """Go to the first view that has something to do; operations have their work on the board."""
    who = actor()
    if not who.can_anywhere(Ability.READ_TICKETS):
        return redirect("/board")
    for view in ("mine", "triage", "unassigned"):
        if first_number(who, place_of(who, view, Filters())):
            return redirect(f"/inbox/{view}")
    return redirect("/inbox/mine")


@inbox.get("/inbox/<view>")
def show_view(view: str) -> str | AnyResponse:
    """Show a view with its most urgent ticket open; on a phone, and for a fragment, the list alone."""
    who = actor()
    if view.startswith("v-"):
        return redirect(address_of(find_saved(current_desk(), who, number_in(view.removeprefix("v-")) or 0)))
    if any(not request.args[name] for name in FILTERS if name in request.args):  # what a form was left without
        return redirect(path_of(view, asked_filters()))
    place = place_of(who, view, asked_filters(), number_in(request.args.get("open", "")))
    if request.args.get("part") == "list":
        page = inbox_page(who, Place(place.view, place.filters, place.now, None, place.companies))
        return render_template("inbox/_list.html", page=page)
    cursor = request.args.get("cursor", "")
    opened = replace(place, number=None)
    page = inbox_page(who, opened, cursor=cursor, first=not cursor and "list" not in request.args)
    return render_template("inbox/page.html", page=_list_first(page))


@inbox.get("/inbox/<view>/<int:number>")
def show_ticket(view: str, number: int) -> str | AnyResponse:
    """Show a ticket beside its list; alone where the page already has the list."""
    who = actor()
    place = place_of(who, view, asked_filters(), number)
    desk = current_desk()
    with desk.transaction():
        found = look_at_ticket(desk, who, number)
    if found.merged_into_id is not None and not wants_fragment():
        return _to_merged(number, found.merged_into_id)
    before = number_in(request.args.get("before", ""))
    if wants_fragment():
        return pane_of(place, found=found, before=before)
    return render_template("inbox/page.html", page=inbox_page(who, place, found=found, before=before))


@inbox.get("/tickets/<int:number>")
def ticket(number: int) -> str | AnyResponse:
    """Lead to a ticket in the view it belongs to, or give one part of it."""
    who = actor()
    part = request.args.get("part", "")
    place = place_of(who, asked_view(), asked_filters(), number)
    if not part:
        found = tickets.find_ticket(current_desk(), who, number)
        if found.merged_into_id is not None:
            return _to_merged(number, found.merged_into_id)
        return redirect(place.url(number))
    after = number_in(request.args.get("after", "")) or 0
    pane = ticket_pane(who, place, number, after=after if part == "messages" else 0)
    if part == "messages":
        return render_template("inbox/_messages.html", thread=pane.thread)
    template = {"header": "inbox/_header.html", "person": "inbox/_person.html"}.get(part)
    if template is None:
        abort(404)
    return render_template(template, page=open_ticket(pane), thread=pane.thread)


@inbox.patch("/tickets/<int:number>")
def change(number: int) -> str | AnyResponse:
    """Change a fact of a ticket; a closed one gives way to the next."""
    who = actor()
    desk = current_desk()
    place = place_of(who, asked_view(), asked_filters(), number)
    wanted = asked_change(request.form, zone=zone_of(desk, who, number))
    try:
        with desk.transaction():
            changed, undo = change_undoably(desk, who, number, wanted)
    except (Refused, Invalid) as error:
        if wanted.status == TicketStatus.CLOSED and not wanted.reason:
            return _ask_why(place, number)
        add_toast(str(error))
        return after_change(place, number)
    add_toast(change_words(changed, wanted), undo_url=f"/undo/{undo}?{place.words}" if undo else "")
    leaves = (changed.status == TicketStatus.CLOSED and wanted.status) or wanted.snooze_until is not None
    return go_on(place, number) if leaves else after_change(place, number)


@inbox.get("/tickets/<int:number>/close")
def close(number: int) -> str:
    """Ask why a ticket may be closed although work is open."""
    who = actor()
    tickets.find_ticket(current_desk(), who, number)
    fields = (
        Field(name="_method", label="", kind="hidden", value="PATCH"),
        Field(name="status", label="", kind="hidden", value=TicketStatus.CLOSED),
        Field(name="reason", label=_("Why may it be closed all the same?"), autofocus=True),
    )
    back = Link(label=_("Back to the ticket"), url=f"/tickets/{number}")
    page = FormPage(
        shell=staff_shell(who, place="inbox"),
        title=_("Close #%(n)s while work is open", n=number),
        text=_("Operations still work on this. The reason stands in the ticket's history."),
        form=Form(
            action=f"/tickets/{number}?{asked_place()}", fields=fields, submit=_("Close the ticket"), cancel=back
        ),
    )
    return render_template("inbox/form.html", page=page)


@inbox.post("/tickets/<int:number>/triage")
def triage(number: int) -> str | AnyResponse:
    """Keep or correct what the model proposed, in one key."""
    who = actor()
    desk = current_desk()
    place = place_of(who, asked_view(), asked_filters(), number)
    wanted = tickets.Change(queue=request.form.get("queue", ""))
    with desk.transaction():
        changed, undo = change_undoably(desk, who, number, wanted)
    add_toast(change_words(changed, wanted), undo_url=f"/undo/{undo}?{place.words}" if undo else "")
    return after_change(place, number)


@inbox.post("/undo/<uuid:public_id>")
def undo(public_id: UUID) -> str | AnyResponse:
    """Take the last action back."""
    who = actor()
    desk = current_desk()
    try:
        with desk.transaction():
            done = undoing.undo(desk, who, public_id)
    except Refused as error:
        if wants_fragment():
            return say(str(error))
        add_toast(str(error))
        return redirect(came_from("/inbox"))
    for failure in done.failures:
        add_toast(failure.reason)
    if len(done.numbers) != 1:
        return leave_for(asked_list())
    place = place_of(who, asked_view(), asked_filters(), done.numbers[0])
    return go_on(place, done.numbers[0], stay=True)


def _ask_why(place: Place, number: int) -> AnyResponse:
    """Lead to the page that asks for the reason."""
    return leave_for(f"/tickets/{number}/close?{place.words}")


def _to_merged(number: int, into: int) -> AnyResponse:
    """Lead from an old number to the ticket it is part of now."""
    add_toast(_("#%(n)s was merged into #%(into)s", n=number, into=into))
    return redirect(f"/tickets/{into}?{asked_place()}")


def _list_first(page: InboxPage) -> InboxPage:
    """Show the list on a phone, though a ticket is open beside it on a desk."""
    return replace(page, pane="list")
