"""Which tickets wait for a task, and telling all of their people how it stands."""

from __future__ import annotations

from uuid import uuid4

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.access import Ability
from hub.errors import HubError, Invalid
from hub.models import Ticket
from hub.services.operations.task_links import link_ticket, tickets_nearby, tickets_to_link, unlink_ticket
from hub.services.operations.tasks import find_task
from hub.services.operations.telling import tell_all, who_waits
from hub.services.settings.configuration import read_directory
from hub.services.tickets.undoing import Done
from hub.web.desk import current_desk
from hub.web.guards import actor, came_from, guarded, staff
from hub.web.inbox.asked import number_in
from hub.web.inbox.updates import update_words
from hub.web.language import _, ngettext
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.inbox import BulkPage, LinkPage, LinkRow
from hub.web.viewmodels.parts import EmptyState, Field, Form, Link, Table
from hub.web.words import age

task_tickets = guarded(Blueprint("task_tickets", __name__), staff(Ability.WORK_TICKETS))
ZONE = "Europe/Berlin"


@task_tickets.get("/tasks/<int:number>/tickets")
def find(number: int) -> str:
    """Find tickets by number or words, to let them wait for a task."""
    who, desk = actor(), current_desk()
    task = find_task(desk, who, number)
    question = request.args.get("q", "").replace("\0", " ").strip()[:300]
    found = tickets_to_link(desk, who, task, question) if question else tickets_nearby(desk, who, task)
    page = LinkPage(
        shell=staff_shell(who, place="board"),
        title=_("Tickets that wait for T-%(n)s too", n=task.id),
        text=task.title,
        action=f"/tasks/{task.id}/tickets",
        question=question,
        heading=_("Found") if question else _("From the same building"),
        rows=tuple(_row(each, task.id) for each in found),
        empty=None if found else EmptyState(title=_("No open ticket matches.") if question else _("None is open.")),
        back=Link(label=_("Back to T-%(n)s", n=task.id), url=f"/tasks/{task.id}"),
    )
    return render_template("inbox/link.html", page=page)


@task_tickets.post("/tasks/<int:number>/tickets/<int:ticket>")
def link(number: int, ticket: int) -> Response:
    """Let a ticket wait for a task."""
    desk = current_desk()
    try:
        with desk.transaction():
            link_ticket(desk, read_directory(desk), actor(), number, ticket)
    except HubError as error:
        add_toast(str(error))
    else:
        add_toast(_("#%(ticket)s waits for T-%(n)s now", ticket=ticket, n=number))
    from_ticket = came_from("").startswith(f"/tickets/{ticket}/")
    return redirect(f"/tickets/{ticket}" if from_ticket else came_from(f"/tasks/{number}"))


@task_tickets.delete("/tasks/<int:number>/tickets/<int:ticket>")
def unlink(number: int, ticket: int) -> Response:
    """Let a ticket wait for a task no longer."""
    desk = current_desk()
    with desk.transaction():
        unlink_ticket(desk, read_directory(desk), actor(), number, ticket)
    add_toast(_("#%(ticket)s does not wait for T-%(n)s any more", ticket=ticket, n=number))
    return redirect(came_from(f"/tasks/{number}"))


@task_tickets.get("/tasks/<int:number>/tell")
def ask(number: int) -> str:
    """Ask for the words that everybody gets who waits for a task, each for themselves."""
    return _tell_page(number)


@task_tickets.post("/tasks/<int:number>/tell")
def tell(number: int) -> Response:
    """Send an agent's words to each, as separate replies."""
    desk, form = current_desk(), request.form
    chosen = [each for words in form.getlist("number") if (each := number_in(words)) is not None]
    try:
        with desk.transaction():
            done = tell_all(desk, actor(), number, chosen, form.get("text", ""), form_id=form.get("form_id", ""))
    except Invalid as error:
        return make_response(_tell_page(number, error=error), 422)
    said = ngettext("%(num)s reply leaves", "%(num)s separate replies leave", len(done.numbers))
    if done.failures:
        return make_response(_failed_page(number, done, said))
    add_toast(said)
    return redirect(f"/tasks/{number}")


def _row(ticket: Ticket, task: int) -> LinkRow:
    where = " · ".join(part for part in (ticket.requester_name, ticket.unit_label) if part)
    at = age(ticket.waiting_since or ticket.created_at, current_desk().clock.now(), ZONE).words
    return LinkRow(
        label=f"#{ticket.id} {ticket.subject}",
        url=f"/tickets/{ticket.id}",
        words=f"{where} · {at}",
        action=f"/tasks/{task}/tickets/{ticket.id}",
        button=_("Link #%(n)s", n=ticket.id),
    )


def _tell_page(number: int, *, error: Invalid | None = None) -> str:
    who = actor()
    task, news, waiting = who_waits(current_desk(), who, number)
    typed = request.form
    chosen = set(typed.getlist("number"))
    text = typed.get("text", f"{_('Hello {{name}},')}\n\n{update_words(news)}\n")
    fields = (
        Field(name="form_id", label="", kind="hidden", value=typed.get("form_id", str(uuid4()))),
        Field(
            name="text",
            label=_("Your words"),
            kind="textarea",
            rows=8,
            value=text,
            hint=_("{{name}} and {{unit}} become theirs."),
            error=str(error) if error is not None and error.field != "number" else "",
            autofocus=True,
        ),
        *(
            Field(
                name="number",
                key=str(each.ticket.id),
                label=_about(each.ticket, told=each.told),
                kind="checkbox",
                value=str(each.ticket.id),
                checked=str(each.ticket.id) in chosen if typed else not each.told,
                error=str(error) if error is not None and error.field == "number" and place == 0 else "",
            )
            for place, each in enumerate(waiting)
        ),
    )
    page = BulkPage(
        shell=staff_shell(who, place="board"),
        title=_("Tell all who wait for T-%(n)s", n=task.id),
        text=_("Each gets a reply of their own, by the way they wrote. Nobody sees that others got it too.")
        if waiting
        else _("No open ticket waits for this task."),
        form=Form(
            action=f"/tasks/{number}/tell",
            fields=fields,
            submit=ngettext("Tell them", "Tell them", len(waiting)),
        )
        if waiting
        else None,
        back=Link(label=_("Back to T-%(n)s", n=task.id), url=f"/tasks/{task.id}"),
    )
    return render_template("inbox/bulk.html", page=page)


def _about(ticket: Ticket, *, told: bool) -> str:
    who = ", ".join(part for part in (ticket.requester_name, ticket.unit_label) if part)
    return f"#{ticket.id} {who}{_(': has been told already') if told else ''}"


def _failed_page(number: int, done: Done, said: str) -> str:
    page = BulkPage(
        shell=staff_shell(actor(), place="board"),
        title=_("Who was not told"),
        text=said,
        table=Table(
            caption=_("Not sent"),
            headings=(_("Ticket"), _("Why")),
            rows=tuple((f"#{each.number}", each.reason) for each in done.failures),
            urls=tuple(f"/tickets/{each.number}" for each in done.failures),
        ),
        back=Link(label=_("Back to T-%(n)s", n=number), url=f"/tasks/{number}"),
    )
    return render_template("inbox/bulk.html", page=page)
