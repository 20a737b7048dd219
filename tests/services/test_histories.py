"""Whatever people do with tasks, orders and tickets in whatever order: nothing unlisted, nothing lost, nothing unexplained."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from hub.clock import FixedClock
from hub.domain.order import NEXT_ACTOR as NEXT_OF_ORDER
from hub.domain.order import OPEN_STATES as OPEN_ORDERS
from hub.domain.order import OrderState
from hub.domain.task import OPEN_STATES, NextActor, TaskState, next_actor
from hub.errors import HubError
from hub.models import Order, Task, Ticket, TicketEvent
from hub.services.operations import order_link, orders
from hub.services.operations.task_talk import answer_operations, ask_customer_service
from hub.services.operations.tasks import move_task
from hub.services.settings.configuration import read_directory
from hub.services.tickets.tickets import Change, change_ticket
from tests.services.ordering import AFTERNOON, MORNING, Work, a_form, make_work, report
from tests.services.steps import Office

HISTORIES = 4
STEPS = 25
TOMORROW = MORNING[0].date()


def one_step(work: Work, dice: Random, clock: FixedClock) -> None:
    """Let somebody do something, perhaps something that cannot be done."""
    desk, tom, maria, task = work.office.desk, work.tom, work.office.maria, work.task
    directory = read_directory(desk)
    order = desk.session.scalars(select(Order).order_by(Order.id.desc()).limit(1)).first()
    token, number = (work.token(order), order.id) if order is not None else ("A" * 22, 0)
    state = dice.choice(list(TaskState))
    status = dice.choice(["open", "pending", "on_hold", "closed", "closed"])
    reason = dice.choice(["", "Moved out"])
    choices = (
        lambda: move_task(desk, directory, tom, task, state, reason="Part", until=TOMORROW),
        lambda: orders.place_order(desk, tom, task.id, work.wanted()),
        lambda: orders.cancel_order(desk, tom, number),
        lambda: orders.agree(desk, tom, number),
        lambda: orders.decide_more(desk, tom, number, allowed=dice.random() < 0.5),
        lambda: orders.chase_orders(desk),
        lambda: order_link.accept(desk, token, a_form(), MORNING[0].isoformat()),
        lambda: order_link.propose(desk, token, a_form(), AFTERNOON),
        lambda: order_link.decline(desk, token, a_form(), ""),
        lambda: order_link.arrive(desk, token, a_form()),
        lambda: order_link.finish(desk, token, a_form(), report()),
        lambda: order_link.ask_for_more(desk, token, a_form(), report("Pipe", cents=100)),
        lambda: order_link.give_up(desk, token, a_form(), "No water"),
        lambda: ask_customer_service(desk, directory, tom, task, "Who is at home?"),
        lambda: answer_operations(desk, directory, maria, task, "She is"),
        lambda: change_ticket(desk, maria, work.ticket, Change(status=status, reason=reason)),
    )
    clock.at += timedelta(minutes=dice.randrange(90))
    try:
        with desk.transaction():
            dice.choice(choices)()
    except HubError:
        desk.session.expire_all()


def check(work: Work) -> None:
    """Hold the desk to what must always be true."""
    session = work.office.desk.session
    session.expire_all()
    task, ticket = session.get_one(Task, work.task.id), session.get_one(Ticket, work.ticket)
    state = TaskState(task.state)
    found = session.scalars(select(Order)).all()
    waiting = [each for each in found if each.state in OPEN_ORDERS]
    following = next_actor(state, asks=bool(task.question))
    assert (following is NextActor.NOBODY) == (state not in OPEN_STATES)
    assert all(NEXT_OF_ORDER[OrderState(each.state)] is not NextActor.NOBODY for each in waiting)
    assert len(waiting) <= 1
    assert state in OPEN_STATES or not waiting
    assert bool(ticket.blocker) == (state in OPEN_STATES)
    closings = session.scalars(
        select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "status changed")
    )
    last = list(closings.all())[-1:]
    if ticket.status == "closed" and last and last[0].facts["after"] == "closed":
        open_then = not last[0].facts["reason"]
        assert not (open_then and was_open_at(work, last[0].id))


def was_open_at(work: Work, event_id: int) -> bool:
    """Tell whether the task was open when an event was written."""
    moved = work.office.desk.session.scalars(
        select(TicketEvent)
        .where(TicketEvent.ticket_id == work.ticket, TicketEvent.kind == "task moved", TicketEvent.id < event_id)
        .order_by(TicketEvent.id.desc())
        .limit(1)
    ).first()
    return moved is None or TaskState(moved.facts["state"]) in OPEN_STATES


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_no_history_leaves_a_task_without_a_next_actor_or_closes_over_open_work(
    office: Office, clock: FixedClock, seed: int
) -> None:
    dice = Random(seed)
    work = make_work(office)

    for _ in range(STEPS):
        one_step(work, dice, clock)

        check(work)
