"""Saying who somebody is: the sender of a ticket joined to a person we know."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.access import Ability
from hub.errors import HubError, Invalid
from hub.services.people.joining import join_people, known_sender
from hub.services.tickets.starting import find_people
from hub.services.tickets.tickets import find_ticket
from hub.web.desk import current_desk
from hub.web.guards import actor, guarded, staff
from hub.web.inbox.asked import asked_place, number_in
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.inbox import FormPage
from hub.web.viewmodels.parts import Choice, Field, Form, Link

joining = guarded(Blueprint("joining", __name__), staff(Ability.WORK_TICKETS))


@joining.get("/tickets/<int:number>/person")
def ask_who(number: int) -> str:
    """Ask who the sender of a ticket is."""
    return _page(number)


@joining.post("/tickets/<int:number>/person")
def say_who(number: int) -> Response:
    """Join the sender of a ticket to who they are, or look for somebody else by the words typed."""
    desk = current_desk()
    into = number_in(request.form.get("into", ""))
    if request.form.get("way") == "look":
        return make_response(_page(number))
    try:
        with desk.transaction():
            if into is None:
                raise Invalid(_("Choose one of them, or look for somebody."), field="into")
            person, way_back = join_people(desk, actor(), number, known_sender(desk, actor(), number).id, into)
    except HubError as error:
        return make_response(_page(number, error=str(error)), 422)
    undo = f"/undo/{way_back}?{asked_place()}" if way_back else ""
    add_toast(_("This is %(name)s now", name=person.name), undo_url=undo)
    return redirect(f"/tickets/{number}?{asked_place()}")


def _page(number: int, *, error: str = "") -> str:
    ticket, place = find_ticket(current_desk(), actor(), number), asked_place()
    name = "" if "@" in ticket.requester_name else ticket.requester_name
    words = request.form.get("who", "".join(name.split()[-1:])).strip()
    found = [
        each
        for each in find_people(current_desk(), actor(), words)
        if each.contact.id != ticket.contact_id and each.contact.company_id == ticket.company_id
    ]
    choices = tuple(
        Choice(value=str(each.contact.id), label=each.contact.name, hint=each.place or each.contact.role)
        for each in found
    )
    into = Field(name="into", label=_("Who it is"), kind="radio", choices=choices, error=error)
    who = Field(
        name="who", label=_("Look for"), value=words, optional=bool(choices), error="" if choices else error,
        hint=_("A name, a home, a number or an address."), autocomplete="off",
    )  # fmt: skip
    page = FormPage(
        shell=staff_shell(actor(), place="inbox"),
        title=_("Who is %(name)s?", name=ticket.requester_name or _("somebody unknown")),
        text=_(
            "Their addresses and tickets become this person's: whoever reads mail there can sign in to the portal as them. "
            "Ask for something only they know first. You can undo it for a day."
        ),
        form=Form(
            action=f"/tickets/{number}/person?{place}",
            fields=((into,) if choices else ()) + (who,),
            submit=_("This is them"),
            also=Choice(value="look", label=_("Look")),
            cancel=Link(label=_("Back to the ticket"), url=f"/tickets/{number}?{place}"),
        ),
    )
    return render_template("inbox/form.html", page=page)
