"""The board's addresses: what is to be done, and the steps of each task. Nobody here can write to a resident."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.task import MOVES, OPEN_STATES, STATE_WORDS, NextActor, TaskState, next_actor
from hub.domain.ticket import TicketStatus
from hub.errors import HubError, Invalid
from hub.models import Attachment, Task, TaskEvent
from hub.services import board, task_talk, tasks
from hub.services.configuration import Directory, read_directory
from hub.services.files import make_preview
from hub.services.mirror import state_of_mirror
from hub.web.desk import current_desk
from hub.web.files import picture
from hub.web.guards import actor, came_from, guarded, staff
from hub.web.language import _, ngettext
from hub.web.ops.cards import (
    COLUMNS,
    LIST,
    ZONE,
    asked_narrowed,
    board_filters,
    board_views,
    card_of,
    column_of,
    mirror_chip,
)
from hub.web.ops.order_forms import order_form, task_orders
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.board import BoardPage, LinkedTicket, TaskPage
from hub.web.viewmodels.conversation import EventLine
from hub.web.viewmodels.parts import Attachment as Photo
from hub.web.viewmodels.parts import Choice, EmptyState, Fact, Field, Form, Link, Tone
from hub.web.words import age, day, moment, priority_words, queue_words

ops = guarded(Blueprint("ops", __name__), staff(Ability.SEE_BOARD))
Saying = Callable[[Desk, Directory, Actor, Task, str], None]
TONES: dict[TaskState, Tone] = {TaskState.BLOCKED: "warn", TaskState.DONE: "ok"}


@ops.get("/board")
def show_board() -> str:
    """Show what is to be done, by state."""
    who, desk = actor(), current_desk()
    wanted = asked_narrowed()
    cards = board.list_cards(desk, who, wanted)
    homes, people = board.places_and_people(desk, who)
    as_list = request.args.get("as") == LIST
    page = BoardPage(
        shell=staff_shell(who, place="board"),
        title=_("Board"),
        columns=()
        if as_list
        else tuple(column_of(state, [each for each in cards if each.task.state == state], who) for state in COLUMNS),
        rows=tuple(card_of(each, who) for each in cards) if as_list else (),
        shape=LIST if as_list else "",
        action="/board",
        filters=board_filters(wanted, homes, people),
        views=board_views(LIST if as_list else "board"),
        mirror=mirror_chip(state_of_mirror(desk, who), desk.clock.now()),
        empty=None
        if cards
        else EmptyState(title=_("Nothing to do."), text=_("Tasks appear when customer service or triage makes them.")),
    )
    return render_template("board/page.html", page=page)


@ops.get("/tasks/<int:number>")
def show_task(number: int) -> str:
    """Show one task."""
    return task_page(actor(), number)


@ops.post("/tasks/<int:number>/questions")
def ask(number: int) -> str | Response | tuple[str, int]:
    """Ask customer service something; residents never read it."""
    return _talk(number, task_talk.ask_customer_service, "question", _("Customer service was asked"))


@ops.post("/tasks/<int:number>/comments")
def comment(number: int) -> str | Response | tuple[str, int]:
    """Write to operations on a task, or answer what they asked."""
    return _talk(number, task_talk.answer_operations, "comment", _("Operations can read it"))


def _talk(number: int, say: Saying, field: str, said: str) -> str | Response | tuple[str, int]:
    who, desk = actor(), current_desk()
    try:
        with desk.transaction():
            say(desk, read_directory(desk), who, tasks.find_task(desk, who, number), request.form.get(field, ""))
    except Invalid as error:
        return task_page(who, number, error=str(error), field=error.field), 422
    add_toast(said)
    return redirect(f"/tasks/{number}")


@ops.get("/tasks/<int:number>/photos/<uuid:public_id>")
def show_photo(number: int, public_id: UUID) -> Response:
    """Give a photo that came with a task's tickets, redrawn by us: without its name and without where it was taken."""
    desk = current_desk()
    with desk.transaction():  # as for previews: no connection is held while it is drawn
        found = board.find_photo(desk, actor(), number, public_id)
    return picture(make_preview(desk, found, whole="whole" in request.args))


@ops.patch("/tasks/<int:number>")
def move(number: int) -> str | Response | tuple[str, int]:
    """Move a task; a block without reason and date is asked for them."""
    who = actor()
    desk = current_desk()
    form = request.form
    try:
        wanted = TaskState(form.get("status", ""))
    except ValueError:
        return task_page(who, number, error=_("Choose one of the states.")), 422
    if wanted is TaskState.BLOCKED and "reason" not in form:
        return redirect(f"/tasks/{number}?blocked")
    try:
        with desk.transaction():
            task = tasks.find_task(desk, who, number)
            tasks.move_task(
                desk,
                read_directory(desk),
                who,
                task,
                wanted,
                reason=form.get("reason", ""),
                until=_date(form.get("until", "")),
            )
    except Invalid as error:
        return task_page(who, number, error=str(error), field=error.field), 422
    except HubError as error:
        add_toast(str(error))
        return redirect(f"/tasks/{number}")
    add_toast(_("T-%(n)s moved to %(state)s", n=number, state=STATE_WORDS[wanted]))
    if request.headers.get("HX-Request") == "true":
        return render_template("board/_card.html", card=card_of(board.Card(task, 0, ""), who))
    return redirect(came_from("/board"))


def task_page(
    who: Actor, number: int, *, error: str = "", field: str = "", order_mistake: Invalid | None = None
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
    ]
    facts += [Fact(label=_("Access"), value=task.access_notes)] if task.access_notes else []
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
        tickets=tuple(
            LinkedTicket(
                label=f"#{each.id}",
                words=_("closed")
                if each.status == TicketStatus.CLOSED
                else _("waits for %(age)s", age=age(each.waiting_since or each.created_at, now, ZONE).words),
                url=f"/tickets/{each.id}" if reading else "",
            )
            for each in found.tickets
        ),
        board=Link(label=_("Board"), url="/board"),
        waiting=ngettext("%(num)s ticket waits for this", "%(num)s tickets wait for this", waiting) if waiting else "",
        text=tuple(line for line in task.description.split("\n") if line.strip()),
        photos=tuple(_photo(task.id, each, place) for place, each in enumerate(found.photos, start=1)),
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
        order=order_form(who, task, placed, order_mistake),
        orders=orders,
    )
    return render_template("board/task.html", page=page)


def _photo(number: int, photo: Attachment, place: int) -> Photo:
    url = f"/tasks/{number}/photos/{photo.public_id}"
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
    if event.kind == task_talk.QUESTION:
        return _("%(who)s asks customer service: %(text)s", who=who, text=event.facts["text"])
    return f"{who}: {event.facts.get('text', event.kind)}"


def _date(words: str) -> date | None:
    if not words.strip():
        return None
    try:
        return date.fromisoformat(words.strip())
    except ValueError as error:
        raise Invalid(_("Until: write the date like 2026-11-30."), field="until") from error
