"""What an agent changes on a ticket: from a form to a change, and the sentence that says it was done."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.snooze import WAITS_FOR, Snooze, snooze_end
from hub.domain.ticket import TicketStatus
from hub.errors import Invalid
from hub.models import Company, Ticket
from hub.services.tickets.tickets import Change, find_ticket
from hub.web.desk import current_desk
from hub.web.inbox.asked import number_in
from hub.web.language import _
from hub.web.viewmodels.parts import Choice
from hub.web.words import clock_time, priority_words, queue_words, status_words


def zone_of(desk: Desk, actor: Actor, number: int) -> str:
    """Return the time zone of a ticket's company; raises `NotFound`."""
    return desk.session.get_one(Company, find_ticket(desk, actor, number).company_id).time_zone


def asked_change(form: MultiDict[str, str], *, zone: str) -> Change:
    """Return the change that a form asks for; times in it are the company's; raises `Invalid`."""
    assignee = form.get("assignee")
    snooze = form.get("snooze", "")
    tags = [*form.getlist("tag"), *form["tags"].split(",")] if "tags" in form else None
    return Change(
        queue=form.get("queue"),
        assignee_id=None if assignee == "me" else number_in(assignee or ""),
        unassign=assignee == "",
        priority=form.get("priority"),
        status=form.get("status"),
        tags=tuple(tags) if tags is not None else None,
        snooze_until=_until(snooze, form.get("snooze_at", ""), zone),
        snooze_for=snooze if snooze in WAITS_FOR else "",
        wake=snooze == "wake",
        reason=form.get("reason", ""),
    )


def change_words(ticket: Ticket, change: Change) -> str:
    """Return what was done, as a few words beside the way back."""
    number = ticket.id
    status = status_words(ticket.status, ticket.requester_role)
    closed = ticket.status == TicketStatus.CLOSED
    done = (
        (change.snooze_until, _("Snoozed #%(n)s %(until)s", n=number, until=snoozed_words(ticket))),
        (change.wake, _("#%(n)s is awake", n=number)),
        (change.status and closed, _("Closed #%(n)s", n=number)),
        (change.status, _("#%(n)s is now: %(status)s", n=number, status=status)),
        (change.queue, _("Moved to %(queue)s", queue=queue_words(ticket.queue))),
        (change.priority, _("Priority: %(priority)s", priority=priority_words(ticket.priority))),
        (change.tags is not None, _("Tags: %(tags)s", tags=", ".join(ticket.tags) or _("none"))),
        (change.unassign, _("Assigned to nobody")),
        (change.assignee_id, _("Assigned")),
    )
    return next((words for happened, words in done if happened), _("Changed"))


def snooze_choices(now: datetime, zone: str, *, has_tasks: bool) -> tuple[Choice, ...]:
    """Return what a ticket may sleep until, with the times behind the words."""
    names = {
        Snooze.LATER: _("Later today"),
        Snooze.TOMORROW: _("Tomorrow"),
        Snooze.MONDAY: _("Next Monday"),
    }
    times = tuple(
        Choice(value=choice, label=f"{name}, {clock_time(snooze_end(choice, now, zone), zone)}")
        for choice, name in names.items()
    )
    waits = (Choice(value=Snooze.REPLY, label=_("Until they answer")),)
    tasks = (Choice(value=Snooze.TASK, label=_("When a task changes")),) if has_tasks else ()
    return (*times, *tasks, *waits)


def snoozed_words(ticket: Ticket) -> str:
    """Return until when a ticket sleeps, nothing where it is awake."""
    if ticket.snooze_until is None:
        return ""
    if ticket.snoozed_for == Snooze.REPLY:
        return _("until they answer")
    if ticket.snoozed_for == Snooze.TASK:
        return _("until a task changes")
    zone = current_desk().session.get_one(Company, ticket.company_id).time_zone
    return _("until %(time)s", time=clock_time(ticket.snooze_until, zone))


def _until(choice: str, at: str, zone: str) -> datetime | None:
    if choice in set(Snooze):
        return snooze_end(Snooze(choice), current_desk().clock.now(), zone)
    if choice != "at":
        return None
    try:
        return datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone))
    except ValueError as error:
        raise Invalid(_("Choose a day and a time to come back."), field="snooze_at") from error
