"""What the red bar's buttons do: take an emergency, or page whoever is on call once more."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from hub.domain.access import Ability
from hub.errors import Refused
from hub.services.emergencies.page_answers import page_emergency_again, take_emergency
from hub.web.desk import current_desk
from hub.web.guards import actor, came_from, guarded, staff
from hub.web.language import _
from hub.web.shell import add_toast

emergencies = guarded(
    Blueprint("emergencies", __name__, url_prefix="/emergencies/<int:number>"),
    staff(Ability.WORK_TICKETS, Ability.WORK_TASKS),
)


@emergencies.post("/take")
def take(number: int) -> Response:
    """Take an emergency: nobody else is paged."""
    desk = current_desk()
    with desk.transaction():
        take_emergency(desk, actor(), number)
    add_toast(_("#%(n)s is yours: nobody else is paged.", n=number))
    return redirect(came_from("/inbox"))


@emergencies.post("/page")
def page(number: int) -> Response:
    """Page whoever comes next on the ladder."""
    desk = current_desk()
    try:
        with desk.transaction():
            page_emergency_again(desk, actor(), number)
    except Refused as refusal:
        add_toast(str(refusal))
    else:
        add_toast(_("#%(n)s: the next person is paged.", n=number))
    return redirect(came_from("/inbox"))
