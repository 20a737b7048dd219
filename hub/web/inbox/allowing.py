"""The pages on which staff waive a fee, book a visit or order a key for somebody."""

from __future__ import annotations

from datetime import date, time

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.access import Ability
from hub.domain.allowance import Allowed
from hub.errors import HubError, Invalid, NotFound
from hub.services.tickets.allowances import Wish, allow, limit_for
from hub.web.desk import current_desk
from hub.web.guards import actor, guarded, staff
from hub.web.inbox.asked import asked_place, number_in
from hub.web.language import _, ngettext
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.inbox import FormPage
from hub.web.viewmodels.parts import Field, Form, Link

allowing = guarded(Blueprint("allowing", __name__), staff(Ability.WRITE_TO_PEOPLE))


@allowing.get("/tickets/<int:number>/allow/<action>")
def ask(number: int, action: str) -> str:
    """Ask for what is promised."""
    return _page(number, _action(action))


@allowing.post("/tickets/<int:number>/allow/<action>")
def promise(number: int, action: str) -> Response:
    """Tell the person and hand the work to its team."""
    desk = current_desk()
    wanted = _action(action)
    try:
        with desk.transaction():
            message = allow(desk, actor(), number, _wish(wanted))
    except HubError as error:
        if isinstance(error, NotFound):
            raise
        return make_response(_page(number, wanted, error=error), 422)
    undo = f"/messages/{message.public_id}/undo?{asked_place()}" if message.channel != "portal" else ""
    add_toast(_("Promised, and the task is made"), undo_url=undo)
    return redirect(f"/tickets/{number}?{asked_place()}")


def _action(words: str) -> Allowed:
    if words not in set(Allowed):
        raise NotFound("There is no such action.")
    return Allowed(words)


def _wish(action: Allowed) -> Wish:
    form = request.form
    try:
        day = date.fromisoformat(form["day"]) if form.get("day") else None
        begins = time.fromisoformat(form.get("begins") or "08:00")
        ends = time.fromisoformat(form.get("ends") or "12:00")
    except ValueError as error:
        raise Invalid(_("Choose a day and the hours."), field="day") from error
    return Wish(
        action,
        form.get("what", ""),
        amount=form.get("amount", ""),
        day=day,
        begins=begins.replace(tzinfo=None),
        ends=ends.replace(tzinfo=None),
        count=number_in(form.get("count", "")) or 0,
    )


def _page(number: int, action: Allowed, *, error: HubError | None = None) -> str:
    who = actor()
    limit = limit_for(current_desk(), who, number, action)
    typed = request.form
    wrong = (error.field if isinstance(error, Invalid) else "") or _first(action)

    def field(name: str, label: str, *, kind: str = "text", value: str = "", hint: str = "") -> Field:
        return Field(
            name=name,
            label=label,
            kind=kind,  # type: ignore[arg-type]  # one of the kinds below
            value=typed.get(name, value),
            hint=hint,
            error=str(error) if error is not None and wrong == name else "",
            autofocus=name == _first(action),
        )

    titles = {
        Allowed.WAIVE_FEE: _("Waive a fee"),
        Allowed.BOOK_VISIT: _("Book a visit"),
        Allowed.ORDER_KEY: _("Order a key"),
    }
    questions = {
        Allowed.WAIVE_FEE: (
            field("what", _("Which fee?"), value=_("the late fee")),
            field("amount", _("How much?"), hint=_("Your role may waive up to %(sum)s.", sum=f"{limit / 100:.2f}")),
        ),
        Allowed.BOOK_VISIT: (
            field("what", _("What is done there?")),
            field(
                "day",
                _("Which day?"),
                kind="date",
                hint=ngettext("Up to %(num)s day ahead.", "Up to %(num)s days ahead.", limit),
            ),
            field("begins", _("From"), kind="time", value="08:00"),
            field("ends", _("To"), kind="time", value="12:00"),
        ),
        Allowed.ORDER_KEY: (
            field("what", _("Which key?"), value=_("mailbox key")),
            field("count", _("How many?"), value="1", hint=ngettext("Up to %(num)s.", "Up to %(num)s.", limit)),
        ),
    }
    page = FormPage(
        shell=staff_shell(who, place="inbox"),
        title=titles[action],
        text=_("The person is told in a sentence, and the team gets the task."),
        form=Form(
            action=f"/tickets/{number}/allow/{action}?{asked_place()}",
            fields=questions[action],
            submit=_("Promise it"),
            cancel=Link(label=_("Back to the ticket"), url=f"/tickets/{number}?{asked_place()}"),
        ),
    )
    return render_template("inbox/form.html", page=page)


def _first(action: Allowed) -> str:
    return "amount" if action is Allowed.WAIVE_FEE else "what"
