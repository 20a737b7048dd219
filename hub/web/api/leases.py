"""`/leases`: who rents what, from when to when, at what rent."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from hub.models import Rent
from hub.services.people.portfolio import Let, change_lease, find_lease, list_leases, make_lease
from hub.web.api.blueprint import api, need_tickets
from hub.web.api.fields import Body, Cents, Day, Id, Label, Out, Paged, QueryId, absent
from hub.web.api.once import once
from hub.web.desk import current_desk

MONEY = {"deposit_cents", "balance_cents", "balance_on"}


class LeaseQuery(Paged):
    """What narrows the list."""

    unit: QueryId | None = None
    tenant: QueryId | None = Field(None, description="A contact's id.")


class TenantOut(Out):
    """Somebody on a lease."""

    id: int
    name: str


class RentOut(Out):
    """The rent from a day on."""

    starts_on: date
    amount_cents: int


class LeaseOut(Out):
    """Who rents a unit. Deposit and balance are null for those who may not see what is owed."""

    id: int
    company: str
    unit_id: int
    starts_on: date
    ends_on: date | None
    tenants: list[TenantOut]
    rents: list[RentOut]
    rent_cents: int | None
    currency: str
    deposit_cents: int | None
    balance_cents: int | None
    balance_on: date | None
    notice_months: int | None
    outside_id: str | None


class LeaseList(Out):
    """A page of leases."""

    items: list[LeaseOut]
    next: str | None


class RentIn(Body):
    """A rent that begins on a day."""

    starts_on: Day
    amount_cents: Cents


class LeaseIn(Body):
    """A new lease of a unit."""

    unit_id: Id
    starts_on: Day
    ends_on: Day | None = None
    tenant_ids: list[Id] = Field(min_length=1, max_length=20)
    rent_cents: Cents
    deposit_cents: Cents | None = None
    balance_cents: Cents | None = None
    balance_on: Day | None = None
    notice_months: int | None = Field(None, ge=0, le=120)
    outside_id: Label | None = None


class LeaseChange(Body):
    """What to change; what is left out stays. A `rent` is added, the earlier ones stay."""

    ends_on: Day | None = None
    tenant_ids: list[Id] = absent()
    rent: RentIn = absent()
    deposit_cents: Cents | None = None
    balance_cents: Cents | None = None
    balance_on: Day | None = None
    notice_months: int | None = Field(None, ge=0, le=120)
    outside_id: Label | None = None


@api.get("/leases")
@api.input(LeaseQuery, location="query", arg_name="query")
@api.output(LeaseList)
def leases(query: LeaseQuery) -> LeaseList:
    """List leases, newest first."""
    page = list_leases(
        current_desk(), need_tickets(), unit=query.unit, tenant=query.tenant, cursor=query.cursor, limit=query.limit
    )
    return LeaseList(items=[_describe(each) for each in page.items], next=page.next)


@api.post("/leases")
@api.input(LeaseIn, arg_name="given")
@api.output(LeaseOut, status_code=201)
@once(201)
def create_lease(given: LeaseIn) -> LeaseOut:
    """Rent a unit to people."""
    fields = given.model_dump(exclude={"unit_id", "tenant_ids", "rent_cents"})
    made = make_lease(
        current_desk(), need_tickets(), given.unit_id, fields, tenants=given.tenant_ids, rent_cents=given.rent_cents
    )
    return _describe(made)


@api.get("/leases/<id:lease_id>")
@api.output(LeaseOut)
def lease(lease_id: int) -> LeaseOut:
    """Show one lease."""
    return _describe(find_lease(current_desk(), need_tickets(), lease_id))


@api.patch("/leases/<id:lease_id>")
@api.input(LeaseChange, arg_name="given")
@api.output(LeaseOut)
def update_lease(lease_id: int, given: LeaseChange) -> LeaseOut:
    """Change a lease."""
    desk = current_desk()
    rent = (given.rent.starts_on, given.rent.amount_cents) if given.rent is not None else None
    with desk.transaction():
        changed = change_lease(
            desk,
            need_tickets(),
            lease_id,
            given.model_dump(exclude_unset=True, exclude={"tenant_ids", "rent"}),
            tenants=given.tenant_ids,
            rent=rent,
        )
        return _describe(changed)


def _describe(let: Let) -> LeaseOut:
    row = let.lease
    today = current_desk().clock.now().date()
    begun = [each for each in let.rents if each.starts_on <= today]
    newest: Rent | None = begun[-1] if begun else None
    out = LeaseOut(
        id=row.id,
        company=let.company.slug,
        unit_id=row.unit_id,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        tenants=[TenantOut(id=each.id, name=each.name) for each in let.tenants],
        rents=[RentOut(starts_on=each.starts_on, amount_cents=each.amount_cents) for each in let.rents],
        rent_cents=newest.amount_cents if newest is not None else None,
        currency=let.company.currency,
        deposit_cents=row.deposit_cents,
        balance_cents=row.balance_cents,
        balance_on=row.balance_on,
        notice_months=row.notice_months,
        outside_id=row.outside_id,
    )
    return out if let.money_shown else out.model_copy(update=dict.fromkeys(MONEY))
