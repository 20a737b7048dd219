"""`/orders`: what craftsmen are asked to do, without the private link and without a resident in it."""

from __future__ import annotations

from datetime import datetime

from hub.domain.order import NEXT_ACTOR, OrderState
from hub.domain.task import NextActor
from hub.models import Order
from hub.services.catalogue import name_companies
from hub.services.operations.order_list import OrderFilters, list_orders
from hub.services.operations.orders import find_order
from hub.web.api.blueprint import api, need_board
from hub.web.api.fields import Out, Paged, QueryId
from hub.web.desk import current_desk


class OrderQuery(Paged):
    """What narrows the list."""

    state: OrderState | None = None
    task: QueryId | None = None


class OrderOut(Out):
    """An order, `O-312` by its number; `next` is who must act."""

    number: int
    company: str
    task: int
    craftsman: str
    state: OrderState
    next: NextActor
    scope: str
    limit_cents: int | None
    needs_photo: bool
    starts_at: datetime | None
    ends_at: datetime | None
    answer_by: datetime
    more_cents: int | None
    more_reason: str
    report: str
    no_photo_reason: str
    created_at: datetime
    ended_at: datetime | None
    version: int


class OrderList(Out):
    """A page of orders."""

    items: list[OrderOut]
    next: str | None


@api.get("/orders")
@api.input(OrderQuery, location="query", arg_name="query")
@api.output(OrderList)
def orders(query: OrderQuery) -> OrderList:
    """List orders, newest first."""
    desk, actor = current_desk(), need_board()
    filters = OrderFilters(state=query.state or "", task=query.task)
    page = list_orders(desk, actor, filters, cursor=query.cursor, limit=query.limit)
    companies = name_companies(desk, actor)
    return OrderList(items=[_describe(each, companies) for each in page.items], next=page.next)


@api.get("/orders/<id:number>")
@api.output(OrderOut)
def order(number: int) -> OrderOut:
    """Show one order."""
    desk, actor = current_desk(), need_board()
    return _describe(find_order(desk, actor, number), name_companies(desk, actor))


def _describe(row: Order, companies: dict[int, str]) -> OrderOut:
    state = OrderState(row.state)
    return OrderOut(
        number=row.id,
        company=companies[row.company_id],
        task=row.task_id,
        craftsman=row.craftsman_name,
        state=state,
        next=NEXT_ACTOR[state],
        scope=row.scope,
        limit_cents=row.limit_cents,
        needs_photo=row.needs_photo,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        answer_by=row.answer_by,
        more_cents=row.more_cents,
        more_reason=row.more_reason,
        report=row.report,
        no_photo_reason=row.no_photo_reason,
        created_at=row.created_at,
        ended_at=row.ended_at,
        version=row.version,
    )
