"""The board's addresses: what is to be done, and the steps of each task. Nobody here can write to a resident."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.access import Ability, Actor
from hub.domain.task import MOVES, STATE_WORDS, TaskState
from hub.domain.ticket import Priority, TicketStatus
from hub.errors import HubError, Invalid
from hub.models import Attachment, TaskEvent
from hub.services import board, tasks
from hub.services.configuration import read_directory
from hub.services.files import make_preview
from hub.web.desk import current_desk
from hub.web.files import picture
from hub.web.guards import actor, came_from, guarded, staff
from hub.web.language import _, ngettext
from hub.web.ops.order_forms import order_form, task_orders
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.board import BoardFilter, BoardPage, Column, LinkedTicket, Move, TaskCard, TaskPage
from hub.web.viewmodels.conversation import EventLine
from hub.web.viewmodels.parts import Attachment as Photo
from hub.web.viewmodels.parts import Choice, EmptyState, Fact, Field, Form, Link, Tone
from hub.web.words import age, day, moment, priority_words, queue_words

ops = guarded(Blueprint("ops", __name__), staff(Ability.SEE_BOARD))
COLUMNS = tuple(state for state in TaskState if state is not TaskState.CANCELLED)
TONES: dict[TaskState, Tone] = {TaskState.BLOCKED: "warn", TaskState.DONE: "ok"}
ZONE = "Europe/Berlin"


@ops.get("/board")
def show_board() -> str:
    """Show what is to be done, by state."""
    who = actor()
    team = request.args.get("team", "").replace("\0", "")
    cards = board.list_cards(current_desk(), who, team=team)
    columns = tuple(_column(state, [each for each in cards if each.task.state == state], who) for state in COLUMNS)
    teams: tuple[Choice, ...] = (Choice(value="", label=_("All teams"), selected=not team),)
    teams += tuple(
        Choice(value=slug, label=queue_words(slug), selected=slug == team)
        for slug in ("maintenance", "leasing", "billing")
    )
    page = BoardPage(
        shell=staff_shell(who, place="board"),
        title=_("Board"),
        columns=columns,
        action="/board",
        filters=(BoardFilter(name="team", label=_("Team"), choices=teams),),
        views=board_views("board"),
        empty=None
        if cards
        else EmptyState(title=_("Nothing to do."), text=_("Tasks appear when customer service or triage makes them.")),
    )
    return render_template("board/page.html", page=page)


@ops.get("/tasks/<int:number>")
def show_task(number: int) -> str:
    """Show one task."""
    return task_page(actor(), number)


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
        return render_template("board/_card.html", card=_card(board.Card(task, 0, ""), who))
    return redirect(came_from("/board"))


def board_views(present: str) -> tuple[Link, ...]:
    """Return the ways to look at the work, with the present one marked."""
    places = (("board", _("Board"), "/board"), ("craftsmen", _("Craftsmen"), "/craftsmen"))
    return tuple(Link(label=label, url=url, current=name == present) for name, label, url in places)


def _column(state: TaskState, cards: list[board.Card], who: Actor) -> Column:
    return Column(
        status=state,
        label=_(STATE_WORDS[state]),
        count=str(len(cards)),
        cards=tuple(_card(each, who) for each in cards),
    )


def _card(card: board.Card, who: Actor) -> TaskCard:
    task = card.task
    may = who.can(Ability.WORK_TASKS, task.company_id)
    moves = tuple(
        Move(
            status=state,
            label=_(STATE_WORDS[state]),
            moved=_("T-%(n)s moved to %(state)s", n=task.id, state=STATE_WORDS[state]),
        )
        for state in COLUMNS
        if may and state in MOVES[TaskState(task.state)] and state is not TaskState.BLOCKED
    )
    return TaskCard(
        number=f"T-{task.id}",
        url=f"/tasks/{task.id}",
        title=task.title,
        place=task.place,
        change_url=f"/tasks/{task.id}",
        moves=moves,
        date=day(task.due_on),
        who=card.task.standing or card.who,
        waiting=ngettext("%(num)s waiting", "%(num)s waiting", card.waiting) if card.waiting else "",
        reason=f"{task.blocked_reason} ({_('until')} {day(task.blocked_until)})" if task.blocked_reason else "",
        urgent=task.priority == Priority.URGENT,
    )


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


def _event_words(event: TaskEvent) -> str:
    who = event.actor_name or _("Frontdesk")
    if event.kind == "created":
        return _("%(who)s made this task", who=who)
    if event.kind == "moved":
        state = STATE_WORDS[TaskState(event.facts["state"])]
        reason = f": {event.facts['reason']}" if event.facts.get("reason") else ""
        return f"{who} → {state}{reason}"
    return f"{who}: {event.facts.get('text', event.kind)}"


def _date(words: str) -> date | None:
    if not words.strip():
        return None
    try:
        return date.fromisoformat(words.strip())
    except ValueError as error:
        raise Invalid(_("Until: write the date like 2026-11-30."), field="until") from error
