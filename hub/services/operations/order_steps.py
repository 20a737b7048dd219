"""One step of an order: checked, written down once, and followed by its task and every ticket that waits for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import THE_DESK, Actor
from hub.domain.order import OPEN_STATES, STATE_WORDS, TASK_STATE, OrderState, OrderStep, after, is_repeat
from hub.domain.task import TaskState, may_move
from hub.domain.ticket import AuthorKind
from hub.errors import Refused
from hub.models import Order, OrderEvent, Task
from hub.services.operations.tasks import move_task, tell_step
from hub.services.settings.configuration import Directory, read_directory

DAY_AND_HOURS = "%a %d %b %H:%M"


def lock_order(desk: Desk, order: Order) -> Task:
    """Lock an order's task and then the order, always in this order, and return the task; both are read anew."""
    desk.session.flush()
    task = desk.session.get_one(Task, order.task_id, with_for_update=True, populate_existing=True)
    desk.session.refresh(order, with_for_update=True)
    return task


def was_sent_before(desk: Desk, order: Order, form_id: UUID | None) -> bool:
    """Tell whether a form has done its work already: a phone on a bad connection sends again."""
    if form_id is None:
        return False
    query = select(OrderEvent.id).where(OrderEvent.order_id == order.id, OrderEvent.form_id == form_id)
    return desk.session.scalar(query) is not None


def check_step(order: Order, step: OrderStep) -> bool:
    """Tell whether a step may be taken; False for a second tap on the one just taken. Raises `Refused` for all else."""
    state = OrderState(order.state)
    if after(state, step) is not None:
        return True
    if is_repeat(state, step):
        return False
    if state is OrderState.CANCELLED:
        raise Refused(f"Order O-{order.id} was cancelled: please do not come. Call the office if you have started.")
    if state not in OPEN_STATES:
        raise Refused(f"Order O-{order.id} is over ({STATE_WORDS[state].lower()}): nothing was changed.")
    raise Refused(f"Order O-{order.id} is at “{STATE_WORDS[state]}” by now: nothing was changed. Look at it again.")


def take_step(
    desk: Desk,
    order: Order,
    task: Task,
    step: OrderStep,
    *,
    by: AuthorKind,
    name: str,
    news: str,
    standing: str,
    actor: Actor = THE_DESK,
    form_id: UUID | None = None,
    **facts: Any,
) -> None:
    """Take a step that was checked: the order, its history, its task, and a line on every ticket that waits."""
    wanted = after(OrderState(order.state), step)
    assert wanted is not None
    order.state = wanted
    order.version += 1
    if wanted not in OPEN_STATES:
        order.ended_at = desk.clock.now()
    write_down(desk, order, step, by=by, name=name, form_id=form_id, **facts)
    desk.session.flush()
    follow(desk, read_directory(desk), order, task, actor=actor, name=name, news=news, standing=standing)


def write_down(
    desk: Desk,
    order: Order,
    kind: str,
    *,
    by: AuthorKind,
    name: str,
    form_id: UUID | None = None,
    **facts: Any,
) -> None:
    """Add one line to an order's history."""
    desk.session.add(
        OrderEvent(
            company_id=order.company_id,
            order_id=order.id,
            form_id=form_id,
            kind=kind,
            actor_kind=by,
            actor_name=name,
            facts=facts,
            created_at=desk.clock.now(),
        )
    )


def follow(
    desk: Desk,
    directory: Directory,
    order: Order,
    task: Task,
    *,
    actor: Actor,
    name: str,
    news: str,
    standing: str,
) -> None:
    """Bring the task where its order is, and say what happened on every ticket that waits for it."""
    wanted = TASK_STATE[OrderState(order.state)]
    if wanted is TaskState.SCHEDULED and order.starts_at is not None:
        zone = directory.companies[order.company_id].time_zone
        task.due_on = order.starts_at.astimezone(ZoneInfo(zone)).date()
    told = f"O-{order.id} {news}"
    visit = slot_words(directory.companies[order.company_id].time_zone, order.starts_at, order.ends_at)
    visit = visit if wanted is TaskState.SCHEDULED else ""
    if task.state != wanted and may_move(TaskState(task.state), wanted):
        move_task(desk, directory, actor, task, wanted, name=name, news=told, standing=standing, visit=visit)
        return
    task.standing = standing
    task.version += 1
    tell_step(desk, directory, task, actor, name=name, reason=told, visit=visit)


def slot_words(zone: str, starts_at: datetime | None, ends_at: datetime | None) -> str:
    """Return a time as everybody writes it: its day and hours where the building is."""
    if starts_at is None or ends_at is None:
        return ""
    local = ZoneInfo(zone)
    return f"{starts_at.astimezone(local):{DAY_AND_HOURS}}–{ends_at.astimezone(local):%H:%M}"
