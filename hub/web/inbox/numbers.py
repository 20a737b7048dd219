"""The page on which customer service releases a resident's number to one colleague for one visit."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.access import Ability
from hub.errors import HubError, Invalid
from hub.models import Company
from hub.services.people import number_releases
from hub.web.desk import current_desk
from hub.web.guards import actor, guarded, staff
from hub.web.inbox.asked import number_in
from hub.web.language import _
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.inbox import FormPage
from hub.web.viewmodels.parts import Choice, Field, Form, Link
from hub.web.words import clock_time

numbers = guarded(Blueprint("numbers", __name__), staff(Ability.WORK_TICKETS))
USUAL = timedelta(hours=2)


@numbers.get("/tasks/<int:number>/number")
def ask(number: int) -> str:
    """Ask whose number, for whom, until when."""
    return _page(number)


@numbers.post("/tasks/<int:number>/number")
def release(number: int) -> Response:
    """Release it."""
    desk, form = current_desk(), request.form
    try:
        with desk.transaction():
            number_releases.release_number(
                desk,
                actor(),
                number,
                ticket=number_in(form.get("ticket", "")) or 0,
                agent=number_in(form.get("agent", "")) or 0,
                ends_at=_until(number),
            )
    except Invalid as error:
        return make_response(_page(number, error), 422)
    except HubError as error:
        add_toast(str(error))
        return redirect(f"/tasks/{number}")
    add_toast(_("The number is released. It closes by itself."))
    return redirect(f"/tasks/{number}")


@numbers.post("/tasks/<int:number>/number/<int:which>/close")
def close(number: int, which: int) -> Response:
    """Close it before its time."""
    desk = current_desk()
    try:
        with desk.transaction():
            number_releases.close_release(desk, actor(), number, which)
    except HubError as error:
        add_toast(str(error))
    else:
        add_toast(_("The number is closed"))
    return redirect(f"/tasks/{number}")


def _zone(number: int) -> str:
    desk = current_desk()
    task = number_releases.tickets_with_numbers(desk, actor(), number)[0]
    return desk.session.get_one(Company, task.company_id).time_zone


def _until(number: int) -> datetime:
    form = request.form
    try:
        on, at = date.fromisoformat(form.get("until", "")), time.fromisoformat(form.get("at", ""))
    except ValueError as error:
        raise Invalid(_("Choose the day and the time until when."), field="until") from error
    return datetime.combine(on, at.replace(tzinfo=None), ZoneInfo(_zone(number)))


def _page(number: int, error: Invalid | None = None) -> str:
    desk, form = current_desk(), request.form
    task, tickets, people = number_releases.tickets_with_numbers(desk, actor(), number)
    zone = desk.session.get_one(Company, task.company_id).time_zone
    usual = (desk.clock.now() + USUAL).astimezone(ZoneInfo(zone))

    def wrong(name: str) -> str:
        return str(error) if error is not None and error.field == name else ""

    def chosen(name: str, known: list[tuple[str, str]], present: str) -> tuple[Choice, ...]:
        value = form.get(name, present)
        return tuple(Choice(value=each, label=words, selected=each == value) for each, words in known)

    whose = [(str(each.id), f"#{each.id} {each.requester_name}") for each in tickets]
    page = FormPage(
        shell=staff_shell(actor(), place="board"),
        title=_("Release a number for T-%(n)s", n=task.id),
        text=_("One colleague sees one number on this task until then; nobody else does. The release stands on the ticket.")
        if tickets
        else _("Nobody who waits for this task has a number."),
        form=Form(
            action=f"/tasks/{number}/number",
            fields=(
                Field(name="ticket", label=_("Whose number"), kind="select", choices=chosen("ticket", whose, ""), error=wrong("ticket")),
                Field(name="agent", label=_("Who visits"), kind="select", error=wrong("agent"),
                      choices=chosen("agent", [(str(each), name) for each, name in people], str(task.assignee_id or ""))),
                Field(name="until", label=_("Until"), kind="date", value=form.get("until", usual.date().isoformat()), error=wrong("until")),
                Field(name="at", label=_("Time"), kind="time", value=form.get("at", f"{usual:%H:%M}")),
            ),
            submit=_("Release it"),
            cancel=Link(label=_("Back to T-%(n)s", n=task.id), url=f"/tasks/{number}"),
        ),
        others=tuple(
            Form(
                action=f"/tasks/{number}/number/{each.release.id}/close",
                fields=(),
                submit=_("Close: %(name)s until %(time)s", name=each.name, time=clock_time(each.release.ends_at, zone)),
            )
            for each in number_releases.open_releases(desk, task)
        ),
    )  # fmt: skip
    return render_template("inbox/form.html", page=page)
