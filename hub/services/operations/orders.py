"""Orders to craftsmen, the team's side: placed, agreed on, allowed more, cancelled, and chased when nobody answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import THE_DESK, Ability, Actor
from hub.domain.masking import mask
from hub.domain.order import (
    ANSWER_WITHIN,
    ANSWER_WITHIN_URGENT,
    OFFER_STANDS,
    OPEN_STATES,
    UNANSWERED,
    OrderState,
    OrderStep,
    without_unit,
)
from hub.domain.task import OPEN_STATES as OPEN_TASKS
from hub.domain.ticket import AuthorKind, Priority
from hub.errors import Forbidden, Invalid, NotFound, Refused
from hub.models import Order, OrderPhoto, Property, Task, Unit
from hub.services.operations.order_letters import hash_token, make_tokens, write_craftsman
from hub.services.operations.order_steps import check_step, follow, lock_order, slot_words, take_step, write_down
from hub.services.operations.tasks import find_task, tell_step, tickets_of_task
from hub.services.pages import LARGEST
from hub.services.people.craftsmen import area_of, choose_craftsman
from hub.services.settings.configuration import read_directory
from hub.services.staff.scope import own_companies

MOST_SLOTS = 5
LONGEST_SCOPE = 4000
MOST_CENTS = 100_000_000
Slot = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a craftsman is asked to do: the work, the most it may cost, and when somebody is at home."""

    craftsman: str
    scope: str
    slots: Sequence[Slot]
    limit_cents: int | None = None
    needs_photo: bool = True


def place_order(desk: Desk, actor: Actor, number: int, wanted: Wanted) -> Order:
    """Offer a task's work to a craftsman and send them the private link.

    Raises `NotFound`, `Forbidden`, `Invalid`, and `Refused` while another order of the task is open or nobody can be written to.
    """
    task = find_task(desk, actor, number)
    _check_may_work(actor, task.company_id)
    desk.session.refresh(task, with_for_update=True)
    if task.state not in OPEN_TASKS:
        raise Refused(f"T-{task.id} is closed: take it up again before you order somebody.")
    present = desk.session.scalar(select(Order).where(Order.task_id == task.id, Order.state.in_(OPEN_STATES)))
    if present is not None:
        raise Refused(
            f"O-{present.id} is still with {present.craftsman_name}: cancel it before you order somebody else."
        )
    craftsman = choose_craftsman(desk, task, wanted.craftsman)
    now = desk.clock.now()
    _check(wanted, now)
    public_id = uuid4()
    urgent = task.priority == Priority.URGENT
    order = Order(
        company_id=task.company_id,
        task_id=task.id,
        craftsman_id=craftsman.id,
        craftsman_name=craftsman.name,
        agent_id=actor.agent_id,
        public_id=public_id,
        token_hash=hash_token(make_tokens(desk, public_id)[0]),
        state=OrderState.OFFERED,
        scope=_plain_scope(desk, task, wanted.scope),
        limit_cents=wanted.limit_cents,
        needs_photo=wanted.needs_photo,
        slots=_written(wanted.slots),
        answer_by=now + (ANSWER_WITHIN_URGENT if urgent else ANSWER_WITHIN),
        created_at=now,
    )
    desk.session.add(order)
    desk.session.flush()
    directory = read_directory(desk)
    home = desk.session.get(Property, task.property_id) if task.property_id else None
    parts = ("URGENT" if urgent else "", without_unit(task.title, _unit_label(desk, task), task.place), area_of(home))
    words = f"{', '.join(each for each in parts if each)}. Please accept or decline here:"
    channel = write_craftsman(desk, directory, order, task, words)
    write_down(desk, order, "offered", by=AuthorKind.OPERATIONS, name=actor.name, channel=channel)
    news = f"to {order.craftsman_name}"
    follow(
        desk,
        directory,
        order,
        task,
        actor=actor,
        name=actor.name,
        news=news,
        standing=f"{order.craftsman_name}, not accepted yet",
    )
    return order


def agree(desk: Desk, actor: Actor, number: int) -> Order:
    """Agree to the time a craftsman proposed; raises `NotFound`, `Forbidden` and `Refused`."""
    order, task = _find_for_work(desk, actor, number)
    if check_step(order, OrderStep.AGREE):
        when = slot_words(_zone(desk, order), order.starts_at, order.ends_at)
        words, standing = f"agreed for {when}", f"{order.craftsman_name}, {when}"
        _take(desk, actor, order, task, OrderStep.AGREE, news=words, standing=standing)
        _tell(desk, actor, order, task, f"we agree to {when}.")
    return order


def offer_again(desk: Desk, actor: Actor, number: int, slots: Sequence[Slot]) -> Order:
    """Offer other times than a craftsman proposed; raises `NotFound`, `Forbidden`, `Invalid` and `Refused`."""
    order, task = _find_for_work(desk, actor, number)
    if check_step(order, OrderStep.OFFER_AGAIN):
        _check_slots(slots, desk.clock.now())
        order.slots, order.starts_at, order.ends_at = _written(slots), None, None
        order.answer_by = desk.clock.now() + (
            ANSWER_WITHIN_URGENT if task.priority == Priority.URGENT else ANSWER_WITHIN
        )
        order.chased_at = None
        standing = f"{order.craftsman_name}, not accepted yet"
        _take(desk, actor, order, task, OrderStep.OFFER_AGAIN, news="offered at other times", standing=standing)
        _tell(desk, actor, order, task, "please choose one of these times:")
    return order


def decide_more(desk: Desk, actor: Actor, number: int, *, allowed: bool) -> Order:
    """Allow or refuse the further work a craftsman asked for; raises `NotFound`, `Forbidden` and `Refused`."""
    order, task = _find_for_work(desk, actor, number)
    step = OrderStep.ALLOW_MORE if allowed else OrderStep.REFUSE_MORE
    if check_step(order, step):
        if allowed and order.limit_cents is not None:
            order.limit_cents += order.more_cents or 0
        words = "more work is allowed" if allowed else "more work is not allowed"
        standing = f"{order.craftsman_name}, on site"
        _take(desk, actor, order, task, step, news=words, standing=standing)
        told = "the further work is allowed." if allowed else "please finish without the further work."
        _tell(desk, actor, order, task, told)
    return order


def cancel_order(desk: Desk, actor: Actor, number: int) -> Order:
    """Take an order back and tell the craftsman; raises `NotFound`, `Forbidden` and `Refused`."""
    order, task = _find_for_work(desk, actor, number)
    if check_step(order, OrderStep.CANCEL):
        _take(desk, actor, order, task, OrderStep.CANCEL, news=f"to {order.craftsman_name} cancelled", standing="")
        _tell(desk, actor, order, task, "is cancelled, please do not come.")
    return order


def find_order(desk: Desk, actor: Actor, number: int) -> Order:
    """Return an order this actor may see; raises `NotFound`."""
    mine = own_companies(actor, Order, ability=Ability.SEE_BOARD)
    found = desk.session.scalar(select(Order).where(Order.id == number, mine)) if 0 < number <= LARGEST else None
    if found is None:
        raise NotFound(f"There is no order O-{number}.")
    return found


def orders_of(desk: Desk, task: Task) -> Sequence[Order]:
    """Return a task's orders, the newest first."""
    return desk.session.scalars(select(Order).where(Order.task_id == task.id).order_by(Order.id.desc())).all()


def photos_of(desk: Desk, task: Task) -> Sequence[OrderPhoto]:
    """Return the photos that came with a task's orders, in the order they came."""
    query = select(OrderPhoto).join(Order, Order.id == OrderPhoto.order_id).where(Order.task_id == task.id)
    return desk.session.scalars(query.order_by(OrderPhoto.id)).all()


def chase_orders(desk: Desk, *, limit: int = 100) -> int:
    """Tell the team of offers nobody has answered in time, end those that stand too long, and return how many."""
    now = desk.clock.now()
    rows = desk.session.scalars(
        select(Order)
        .where(
            Order.state.in_(UNANSWERED),
            Order.answer_by <= now,
            Order.chased_at.is_(None) | (Order.created_at <= now - OFFER_STANDS),
        )
        .order_by(Order.answer_by)
        .limit(limit)
    ).all()
    return sum(_chase(desk, each, now) for each in rows)


def _chase(desk: Desk, order: Order, now: datetime) -> bool:
    task = lock_order(desk, order)
    if order.state not in UNANSWERED:
        return False
    if order.created_at <= now - OFFER_STANDS:
        words = f"to {order.craftsman_name} was never accepted: order somebody else"
        take_step(
            desk, order, task, OrderStep.EXPIRE, by=AuthorKind.MACHINE, name=THE_DESK.name, news=words, standing=""
        )
        return True
    if order.chased_at is not None or order.state != OrderState.OFFERED:
        return False
    order.chased_at = now
    hours = round((order.answer_by - order.created_at).total_seconds() / 3600)
    words = f"not accepted by {order.craftsman_name} in {hours} h: call them, or order somebody else"
    standing = f"{order.craftsman_name} has not answered for {hours} h"
    write_down(desk, order, "chased", by=AuthorKind.MACHINE, name=THE_DESK.name)
    directory = read_directory(desk)
    follow(desk, directory, order, task, actor=THE_DESK, name=THE_DESK.name, news=words, standing=standing)
    return True


def _find_for_work(desk: Desk, actor: Actor, number: int) -> tuple[Order, Task]:
    order = find_order(desk, actor, number)
    _check_may_work(actor, order.company_id)
    return order, lock_order(desk, order)


def _take(desk: Desk, actor: Actor, order: Order, task: Task, step: OrderStep, *, news: str, standing: str) -> None:
    take_step(
        desk,
        order,
        task,
        step,
        by=AuthorKind.OPERATIONS,
        name=actor.name,
        news=news,
        standing=standing,
        actor=actor,
    )


def _tell(desk: Desk, actor: Actor, order: Order, task: Task, words: str) -> None:
    """Write to the craftsman; where that cannot be, the task says so, for somebody has to call."""
    directory = read_directory(desk)
    try:
        write_craftsman(desk, directory, order, task, words)
    except Refused as refusal:
        reason = f"O-{order.id} {order.craftsman_name} was not told, call them: {refusal}"
        tell_step(desk, directory, task, actor, name=actor.name, reason=reason)


def _check_may_work(actor: Actor, company_id: int) -> None:
    if not actor.can(Ability.WORK_TASKS, company_id):
        raise Forbidden("Only operations order craftsmen. Ask the team by a note on the task.")


def _check(wanted: Wanted, now: datetime) -> None:
    if not wanted.scope.strip():
        raise Invalid("Say what the craftsman is to do.", field="scope")
    if len(wanted.scope) > LONGEST_SCOPE:
        raise Invalid(f"Keep it under {LONGEST_SCOPE:,} characters.", field="scope")
    if wanted.limit_cents is not None and not 0 <= wanted.limit_cents <= MOST_CENTS:
        raise Invalid("Give the most it may cost as an amount like 180 or 180.50.", field="limit")
    _check_slots(wanted.slots, now)


def _check_slots(slots: Sequence[Slot], now: datetime) -> None:
    if not slots:
        raise Invalid("Give at least one time when somebody can come in.", field="slot_1_on")
    if len(slots) > MOST_SLOTS:
        raise Invalid(f"Give at most {MOST_SLOTS} times.", field="slot_1_on")
    for number, (starts_at, ends_at) in enumerate(slots, start=1):
        if not starts_at < ends_at or ends_at <= now:
            raise Invalid("This time is past: choose one to come.", field=f"slot_{number}_on")


def _written(slots: Sequence[Slot]) -> list[list[str]]:
    return [[starts_at.isoformat(), ends_at.isoformat()] for starts_at, ends_at in slots]


def _plain_scope(desk: Desk, task: Task, scope: str) -> str:
    """Return what is to be done without names, numbers and addresses: a craftsman gets them later, and only near the visit."""
    names = [each.requester_name for each in tickets_of_task(desk, task)]
    return without_unit(mask(scope.replace("\0", "").strip(), names=names), _unit_label(desk, task), task.place)


def _unit_label(desk: Desk, task: Task) -> str:
    unit = desk.session.get(Unit, task.unit_id) if task.unit_id else None
    return unit.label if unit else ""


def _zone(desk: Desk, order: Order) -> str:
    return read_directory(desk).companies[order.company_id].time_zone
