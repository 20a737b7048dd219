"""A task's page: what it is, where, how it stands, what happened, who waits."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request

from hub.domain.access import Ability, Actor
from hub.domain.task import MOVES, OPEN_STATES, STATE_WORDS, NextActor, TaskState, next_actor
from hub.domain.ticket import TicketStatus
from hub.errors import Invalid
from hub.models import Attachment, Company, Task, TaskEvent, Ticket
from hub.services.operations import board, task_talk
from hub.services.operations.task_photos import own_photos
from hub.services.people.number_releases import number_shown
from hub.web.desk import current_desk
from hub.web.language import _, ngettext
from hub.web.ops.cards import COLUMNS, ZONE
from hub.web.ops.details import checklist, details_facts, details_form
from hub.web.ops.order_forms import order_form, task_orders
from hub.web.shell import staff_shell
from hub.web.viewmodels.board import LinkedTicket, TaskPage
from hub.web.viewmodels.conversation import EventLine
from hub.web.viewmodels.parts import Attachment as Photo
from hub.web.viewmodels.parts import Choice, Fact, Field, Form, Link, Tone
from hub.web.words import age, clock_time, day, moment, priority_words, queue_words

TONES: dict[TaskState, Tone] = {TaskState.BLOCKED: "warn", TaskState.DONE: "ok"}


def task_page(
    who: Actor,
    number: int,
    *,
    error: str = "",
    field: str = "",
    order_mistake: Invalid | None = None,
    details_mistake: Invalid | None = None,
) -> str:
    """Return one task's page, with what was wrong in one of its forms."""
    desk = current_desk()
    found = board.open_task(desk, who, number)
    task = found.task
    placed, orders = task_orders(who, task)
    state = TaskState(task.state)
    now = desk.clock.now()
    may = who.can(Ability.WORK_TASKS, task.company_id)
    facts = [
        Fact(label=_("Team"), value=queue_words(task.team)),
        Fact(label=_("Priority"), value=priority_words(task.priority)),
        *details_facts(desk, task),
    ]
    facts += [Fact(label=_("Access"), value=task.access_notes)] if task.access_notes else []
    facts += _number(who, task)
    facts += [Fact(label=_("Asked"), value=task.question, tone="warn")] if task.question else []
    facts.append(Fact(label=_("Next"), value=_next_words(next_actor(state, asks=bool(task.question)))))
    facts += (
        [Fact(label=_("Blocked"), value=f"{task.blocked_reason}, {_('until')} {day(task.blocked_until)}", tone="warn")]
        if task.blocked_reason
        else []
    )
    reading = who.can(Ability.READ_TICKETS, task.company_id)
    waiting = sum(each.status != TicketStatus.CLOSED for each in found.tickets)
    page = TaskPage(
        shell=staff_shell(who, place="board"),
        title=f"T-{task.id} {task.title}",
        number=f"T-{task.id}",
        subject=task.title,
        place=task.place,
        status=_(STATE_WORDS[state]),
        status_tone=TONES.get(state, "neutral"),
        change_url=f"/tasks/{task.id}",
        statuses=tuple(
            Choice(value=each, label=_(STATE_WORDS[each]))
            for each in COLUMNS
            if may and each in MOVES[state] and each is not TaskState.BLOCKED
        ),
        facts=tuple(facts),
        events=tuple(
            EventLine(text=_event_words(each), at=moment(each.created_at, now, ZONE)) for each in found.events
        ),
        tickets=tuple(_linked(who, task, each) for each in found.tickets),
        for_agents=_for_agents(who, task, waiting),
        board=Link(label=_("Board"), url="/board"),
        waiting=ngettext("%(num)s ticket waits for this", "%(num)s tickets wait for this", waiting) if waiting else "",
        text=tuple(line for line in task.description.split("\n") if line.strip()),
        photos=_photos(task, found.photos),
        blocked=_block_form(number, error, field) if may and TaskState.BLOCKED in MOVES[state] else None,
        opened="blocked" if "blocked" in request.args else "",
        question=_words_form(number, "question", _("Your question"), _("Ask customer service"), error, field)
        if may and task.state in OPEN_STATES
        else None,
        answer=_words_form(
            number,
            "comment",
            _("Your answer: %(question)s", question=task.question) if reading and task.question else _("Your note"),
            _("Answer operations") if reading and task.question else _("Add note"),
            error,
            field,
        ),
        checklist=checklist(task, now, may=may),
        details=details_form(desk, task, details_mistake) if may else None,
        order=order_form(who, task, placed, order_mistake),
        orders=orders,
    )
    return render_template("board/task.html", page=page)


def _number(who: Actor, task: Task) -> list[Fact]:
    """Return the number that was released to whoever reads this, with when it closes."""
    desk = current_desk()
    shown = number_shown(desk, who, task)
    if shown is None:
        return []
    zone = desk.session.get_one(Company, task.company_id).time_zone
    until = _("Call, until %(time)s", time=clock_time(shown.ends_at, zone))
    return [Fact(label=until, value=shown.number, url=f"tel:{shown.number}", tone="info")]


def _linked(who: Actor, task: Task, ticket: Ticket) -> LinkedTicket:
    closed = ticket.status == TicketStatus.CLOSED
    at = age(ticket.waiting_since or ticket.created_at, current_desk().clock.now(), ZONE).words
    return LinkedTicket(
        label=f"#{ticket.id}",
        words=_("closed") if closed else _("waits for %(age)s", age=at),
        url=f"/tickets/{ticket.id}" if who.can(Ability.READ_TICKETS, task.company_id) else "",
        unlink_url=f"/tasks/{task.id}/tickets/{ticket.id}" if who.can(Ability.WORK_TICKETS, task.company_id) else "",
    )


def _for_agents(who: Actor, task: Task, waiting: int) -> tuple[Link, ...]:
    """Return what customer service can do with the tickets of a task: operations do not choose who hears what."""
    links = []
    if waiting and who.can(Ability.WRITE_TO_PEOPLE, task.company_id):
        words = ngettext("Tell who waits", "Tell all %(num)s", waiting)
        links.append(Link(label=words, url=f"/tasks/{task.id}/tell"))
    if task.state in OPEN_STATES and who.can(Ability.WORK_TICKETS, task.company_id):
        links.append(Link(label=_("Release a number for a visit"), url=f"/tasks/{task.id}/number"))
        links.append(Link(label=_("Link more tickets"), url=f"/tasks/{task.id}/tickets"))
    return tuple(links)


def _photos(task: Task, of_tickets: Sequence[Attachment]) -> tuple[Photo, ...]:
    """Return the photos residents sent and those operations sent, numbered through."""
    addresses = [f"/tasks/{task.id}/photos/{each.public_id}" for each in of_tickets]
    addresses += [f"/tasks/{task.id}/own-photos/{each.public_id}" for each in own_photos(current_desk(), task)]
    return tuple(_photo(url, place) for place, url in enumerate(addresses, start=1))


def _photo(url: str, place: int) -> Photo:
    name = _("Photo %(place)s", place=place)
    return Photo(name=name, url=f"{url}?whole", size_words="", thumb_url=url, whole_url=f"{url}?whole", alt=name)


def _block_form(number: int, error: str, field: str) -> Form:
    fields = (
        Field(name="_method", label="", kind="hidden", value="PATCH"),
        Field(name="status", label="", kind="hidden", value=TaskState.BLOCKED),
        Field(
            name="reason",
            label=_("Blocked because"),
            value=request.form.get("reason", ""),
            hint=_("Customer service tells people this."),
            error=error if field == "reason" else "",
        ),
        Field(
            name="until",
            label=_("Until"),
            kind="date",
            value=request.form.get("until", ""),
            error=error if field == "until" else "",
        ),
    )
    return Form(
        action=f"/tasks/{number}",
        fields=fields,
        submit=_("Mark as blocked"),
        error=error if error and not field else "",
    )


def _next_words(following: NextActor) -> str:
    return {
        NextActor.TEAM: _("Operations"),
        NextActor.CRAFTSMAN: _("The craftsman"),
        NextActor.CUSTOMER_SERVICE: _("Customer service"),
        NextActor.NOBODY: _("Nobody"),
    }[following]


def _words_form(number: int, name: str, label: str, submit: str, error: str, field: str) -> Form:
    asked = Field(
        name=name,
        label=label,
        kind="textarea",
        rows=3,
        value=request.form.get(name, ""),
        hint=_("Residents never read it. Names and numbers are taken out.")
        if name == "comment"
        else _("It comes back to the agent of every ticket that waits. Residents never read it."),
        error=error if field == name else "",
        maxlength=task_talk.LONGEST,
    )
    return Form(action=f"/tasks/{number}/{name}s", fields=(asked,), submit=submit)


def _event_words(event: TaskEvent) -> str:
    who = event.actor_name or _("Frontdesk")
    if event.kind == "created":
        return _("%(who)s made this task", who=who)
    if event.kind == "moved":
        state = STATE_WORDS[TaskState(event.facts["state"])]
        reason = f": {event.facts['reason']}" if event.facts.get("reason") else ""
        return f"{who} → {state}{reason}"
    if event.kind == "fixed":
        return _("The resident says that it is fixed")
    if event.kind == "not fixed":
        return _("The resident says that it is not fixed")
    if event.kind == task_talk.QUESTION:
        return _("%(who)s asks customer service: %(text)s", who=who, text=event.facts["text"])
    return f"{who}: {event.facts.get('text', event.kind)}"
