"""Beginning at the desk: a call written down in seconds, a first word to somebody."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.access import Ability
from hub.errors import HubError, Invalid
from hub.services.tickets.starting import Call, Found, companies_to_choose, find_people, log_call, start_conversation
from hub.web.desk import current_desk
from hub.web.guards import actor, guarded, staff
from hub.web.inbox.asked import number_in
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.inbox import FormPage
from hub.web.viewmodels.parts import Choice, Field, Form, Link

starting = guarded(Blueprint("starting", __name__), staff(Ability.WORK_TICKETS))

CHANNELS = ("phone", "email", "sms", "portal")


@starting.get("/tickets/new")
def ask() -> str:
    """Ask who called and what about, or whom to write to."""
    return _page()


@starting.post("/tickets")
def begin() -> Response:
    """Open the ticket; where several people may be meant, ask which."""
    who = actor()
    desk = current_desk()
    form = request.form
    words, text, channel = form.get("who", ""), form.get("text", ""), form.get("channel", "phone")
    chosen = number_in(form.get("person", ""))
    found = find_people(desk, who, words) if chosen is None and form.get("person") != "nobody" else []
    if chosen is None and len(found) == 1:
        chosen = found[0].contact.id
    if chosen is None and len(found) > 1:
        return make_response(_page(found=found), 422)
    try:
        with desk.transaction():
            if channel == "phone":
                call = Call(text, chosen, words, solved="solved" in form)
                number = log_call(desk, who, call, company_id=number_in(form.get("company", ""))).id
            elif chosen is None:
                raise Invalid(_("Nobody is known by these words: try a part of the name or the home."), field="who")
            else:
                number = start_conversation(desk, who, chosen, channel, form.get("subject", ""), text).ticket_id
    except HubError as error:
        return make_response(_page(error=error), 422)
    add_toast(_("Written down as #%(n)s", n=number) if channel == "phone" else _("On its way, as #%(n)s", n=number))
    return redirect(f"/tickets/{number}?view=all")


def _page(*, found: list[Found] | None = None, error: HubError | None = None) -> str:
    who = actor()
    typed = request.values
    channel = typed.get("channel", "phone")
    call = channel == "phone"
    wrong = error.field if isinstance(error, Invalid) else "text" if error is not None else ""

    def said(name: str) -> str:
        return str(error) if error is not None and wrong == name else ""

    people = tuple(_choice(each) for each in found or ())
    nobody = (Choice(value="nobody", label=_("Somebody else")),) if call else ()
    companies = companies_to_choose(current_desk(), who)
    fields = (
        Field(
            name="who",
            label=_("Who called?") if call else _("To whom?"),
            hint=_("A part of the name, the home (“3b lind”) or the number."),
            value=typed.get("who", ""),
            error=said("who"),
            autofocus=not people,
        ),
        *(
            (
                Field(
                    name="person",
                    label=_("Which of them?"),
                    kind="radio",
                    choices=(*people, *nobody),
                    error=_("Several people fit: choose one."),
                ),
            )
            if people
            else ()
        ),
        *(() if call else (Field(name="subject", label=_("Subject"), value=typed.get("subject", ""), optional=True),)),
        Field(
            name="text",
            label=_("What was it about?") if call else _("Your words"),
            kind="textarea",
            value=typed.get("text", ""),
            error=said("text"),
        ),
        *(
            (Field(name="solved", label=_("Solved on the phone"), kind="checkbox", checked="solved" in typed),)
            if call
            else ()
        ),
        *(
            (
                Field(
                    name="company",
                    label=_("For which company?"),
                    kind="select",
                    choices=tuple(Choice(value=str(each.id), label=each.name) for each in companies),
                    error=said("company"),
                ),
            )
            if wrong == "company"
            else ()
        ),
        Field(
            name="channel",
            label=_("Way"),
            kind="select",
            choices=tuple(Choice(value=each, label=_way(each), selected=each == channel) for each in CHANNELS),
            error=said("channel"),
        ),
    )
    page = FormPage(
        shell=staff_shell(who, place="inbox"),
        title=_("Log a call") if call else _("Write to somebody"),
        text=_("It becomes a ticket of yours, filed like any message."),
        form=Form(
            action="/tickets",
            fields=fields,
            submit=_("Write it down") if call else _("Send"),
            cancel=Link(label=_("Back to the inbox"), url="/inbox"),
        ),
    )
    return render_template("inbox/form.html", page=page)


def _choice(found: Found) -> Choice:
    return Choice(value=str(found.contact.id), label=found.contact.name, hint=found.place)


def _way(channel: str) -> str:
    return {
        "phone": _("Phone call, or a visit"),
        "email": _("Write an email"),
        "sms": _("Write a text"),
        "portal": _("Write in the portal"),
    }[channel]
