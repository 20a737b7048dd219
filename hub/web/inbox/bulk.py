"""Several tickets at once: changed alike, or answered one by one with the same words."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response

from hub.domain.access import Ability
from hub.errors import HubError, Invalid
from hub.models import Ticket
from hub.services.tickets.bulk import MOST, reply_to_all, words_for
from hub.services.tickets.tickets import find_ticket
from hub.services.tickets.undoing import Done, change_many, tag_many
from hub.web.desk import current_desk
from hub.web.guards import actor, guarded, staff
from hub.web.inbox.asked import asked_list, asked_place, number_in
from hub.web.inbox.changes import asked_change, zone_of
from hub.web.inbox.panes import leave_for
from hub.web.language import _, ngettext
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.inbox import BulkPage
from hub.web.viewmodels.parts import Choice, Field, Form, Link, Table

bulk = guarded(Blueprint("bulk", __name__), staff(Ability.WORK_TICKETS))


@bulk.post("/tickets/bulk")
def change() -> Response:
    """Do one thing to all chosen tickets; what failed is listed with its reason."""
    who = actor()
    desk = current_desk()
    numbers = _numbers()
    if not numbers:
        add_toast(_("Choose tickets first."))
        return leave_for(asked_list())
    do = next((each for each in reversed(request.form.getlist("do")) if each), "")  # a button wins over the list
    if do == "reply":
        return leave_for("/tickets/reply-to-all?" + "&".join(f"number={each}" for each in numbers))
    field, _sep, value = do.partition(":")
    tag = request.form.get("tag", "").strip()
    try:
        with desk.transaction():
            if tag and not field:
                done = tag_many(desk, who, numbers, tag)
            else:
                asked = asked_change(ImmutableMultiDict({field: value}), zone=zone_of(desk, who, numbers[0]))
                done = change_many(desk, who, numbers, asked)
    except HubError as error:
        add_toast(str(error))
        return leave_for(asked_list())
    return _after(done, ngettext("%(num)s ticket changed", "%(num)s tickets changed", len(done.numbers)))


@bulk.get("/tickets/reply-to-all")
def ask_reply() -> str:
    """Ask for the words that all chosen people get, each for themselves."""
    return _reply_page(_numbers())


@bulk.post("/tickets/reply-to-all")
def reply() -> Response:
    """Send the same words to each, as separate replies."""
    desk = current_desk()
    numbers, text = _numbers(), request.form.get("text", "")
    if request.form.get("way") == "look":
        return make_response(_reply_page(numbers, text=text, looked=True))
    try:
        with desk.transaction():
            done = reply_to_all(desk, actor(), numbers, text)
    except Invalid as error:
        return make_response(_reply_page(numbers, text=text, error=str(error)), 422)
    return _after(done, ngettext("%(num)s reply leaves", "%(num)s separate replies leave", len(done.numbers)))


def _after(done: Done, words: str) -> Response:
    """Say what was done; where something was not, show a page that says why."""
    undo = f"/undo/{done.undo}?{asked_place()}" if done.undo else ""
    add_toast(words, undo_url=undo)
    if not done.failures:
        return leave_for(asked_list())
    failed = _(
        "Not done: %(reasons)s", reasons=" ".join(f"#{each.number}: {each.reason}" for each in done.failures[:3])
    )
    if len(done.failures) <= 3:
        add_toast(failed)
        return leave_for(asked_list())
    table = Table(
        caption=_("Not done"),
        headings=(_("Ticket"), _("Why")),
        rows=tuple((f"#{each.number}", each.reason) for each in done.failures),
    )
    page = BulkPage(
        shell=staff_shell(actor(), place="inbox"),
        title=_("What was not done"),
        text=words,
        table=table,
        back=Link(label=_("Back to the list"), url=asked_list()),
    )
    return make_response(render_template("inbox/bulk.html", page=page))


def _reply_page(numbers: list[int], *, text: str = "", error: str = "", looked: bool = False) -> str:
    who = actor()
    tickets = [find_ticket(current_desk(), who, each) for each in numbers]
    page = BulkPage(
        shell=staff_shell(who, place="inbox"),
        title=ngettext("Reply to %(num)s person", "Reply to all %(num)s", len(tickets)),
        text=_("Each gets a reply of their own, by the way they wrote. {{name}} and {{unit}} become theirs."),
        table=Table(
            caption=_("Who gets it"),
            headings=(_("Ticket"), _("Person"), _("What they will read") if looked else _("About")),
            rows=tuple(_row(each, text if looked else "") for each in tickets),
        ),
        form=Form(
            action="/tickets/reply-to-all",
            fields=(
                *(Field(name="number", label="", kind="hidden", value=str(each)) for each in numbers),
                Field(name="text", label=_("Your words"), kind="textarea", value=text, error=error, autofocus=True),
            ),
            submit=_("Send them"),
            also=Choice(value="look", label=_("Look first")),
        ),
        back=Link(label=_("Back to the list"), url=asked_list()),
    )
    return render_template("inbox/bulk.html", page=page)


def _row(ticket: Ticket, text: str) -> tuple[str, ...]:
    who = ", ".join(part for part in (ticket.requester_name, ticket.unit_label) if part)
    words = words_for(current_desk(), actor(), ticket.id, text) if text else ticket.subject
    return f"#{ticket.id}", who, words


def _numbers() -> list[int]:
    found = (number_in(each) for each in request.values.getlist("number"))
    return list(dict.fromkeys(each for each in found if each is not None))[:MOST]
