"""Orders as a list, for programs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.models import Order
from hub.services.pages import Page, newest_first
from hub.services.staff.scope import own_companies


@dataclass(frozen=True, slots=True)
class OrderFilters:
    """What narrows the list of orders."""

    state: str = ""
    task: int | None = None


def list_orders(desk: Desk, actor: Actor, filters: OrderFilters, *, cursor: str = "", limit: int = 50) -> Page[Order]:
    """Return one page of orders, newest first; raises `Invalid`."""
    query = select(Order).where(own_companies(actor, Order, ability=Ability.SEE_BOARD))
    if filters.state:
        query = query.where(Order.state == filters.state)
    if filters.task is not None:
        query = query.where(Order.task_id == filters.task)
    return newest_first(desk.session, query, Order.id, cursor=cursor, limit=limit)
