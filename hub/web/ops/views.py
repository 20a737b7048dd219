"""The board's addresses: what is to be done, and the steps of each task. Nobody here can write to a resident."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.task import STATE_WORDS, TaskState
from hub.errors import HubError, Invalid
from hub.models import Task
from hub.services.operations import board, task_talk, tasks
from hub.services.operations.task_photos import find_own_photo
from hub.services.pages import read_number
from hub.services.sending.mirror import state_of_mirror
from hub.services.settings.configuration import Directory, read_directory
from hub.services.tickets.files import draw_picture, make_preview
from hub.web.desk import current_desk
from hub.web.files import picture
from hub.web.guards import actor, came_from, guarded, staff
from hub.web.language import _
from hub.web.ops.cards import (
    COLUMNS,
    LIST,
    asked_narrowed,
    board_filters,
    board_views,
    card_of,
    column_of,
    mirror_chip,
    rest_of,
    steps_said,
)
from hub.web.ops.task_page import task_page
from hub.web.shell import add_toast, staff_shell
from hub.web.viewmodels.board import BoardPage
from hub.web.viewmodels.parts import EmptyState, Link, Tone

ops = guarded(Blueprint("ops", __name__), staff(Ability.SEE_BOARD))
Saying = Callable[[Desk, Directory, Actor, Task, str], None]
TONES: dict[TaskState, Tone] = {TaskState.BLOCKED: "warn", TaskState.DONE: "ok"}


@ops.get("/board")
def show_board() -> str:
    """Show what is to be done, by state."""
    who, desk = actor(), current_desk()
    as_list = request.args.get("as") == LIST
    wanted = asked_narrowed(as_list=as_list)
    before = read_number(request.args.get("cursor", "")) if as_list else None
    cards = board.list_cards(desk, who, wanted, before=before)
    cut = len(cards) == board.MOST_CARDS  # else all there are have been read, and nothing is to be counted
    states = (TaskState(each.task.state) for each in cards)
    counts = board.count_cards(desk, who, wanted, before=before) if cut else Counter(states)
    homes, people = board.places_and_people(desk, who)
    said = steps_said()
    page = BoardPage(
        shell=staff_shell(who, place="board"),
        title=_("Board"),
        columns=()
        if as_list
        else tuple(
            column_of(state, [each for each in cards if each.task.state == state], who, said, counts[state])
            for state in COLUMNS
        ),
        rows=tuple(card_of(each, who, said) for each in cards) if as_list else (),
        rest=rest_of(cards, wanted, sum(counts.values()) - len(cards), paged=before is not None) if as_list else None,
        shape=LIST if as_list else "",
        action="/board",
        filters=board_filters(wanted, homes, people, as_list=as_list),
        views=board_views(LIST if as_list else "board"),
        mirror=mirror_chip(state_of_mirror(desk, who), desk.clock.now()),
        create=Link(label=_("New task"), url="/tasks/new") if who.can_anywhere(Ability.WORK_TASKS) else None,
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


@ops.get("/tasks/<int:number>/own-photos/<uuid:public_id>")
def show_own_photo(number: int, public_id: UUID) -> Response:
    """Give a photo that operations put into the thread of a task's card, redrawn by us."""
    desk = current_desk()
    with desk.transaction():
        found = find_own_photo(desk, actor(), number, public_id).sha256
    return picture(draw_picture(desk, found, whole="whole" in request.args))


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
        return render_template("board/_card.html", card=card_of(board.Card(task, 0, ""), who, steps_said()))
    return redirect(came_from("/board"))


def _date(words: str) -> date | None:
    if not words.strip():
        return None
    try:
        return date.fromisoformat(words.strip())
    except ValueError as error:
        raise Invalid(_("Until: write the date like 2026-11-30."), field="until") from error
