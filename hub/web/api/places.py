"""`/properties` and `/units`: the buildings and the homes in them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from hub.domain.access import Ability
from hub.models import Property, Unit
from hub.services.catalogue import choose_company, name_companies
from hub.services.people.portfolio import change_place, find_place, list_places, make_place
from hub.web.api.blueprint import api, caller, need_board
from hub.web.api.fields import Body, Id, Label, Line, Out, Paged, QueryId, Slug, Text, absent
from hub.web.api.once import once
from hub.web.desk import current_desk

Words = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]


class PropertyQuery(Paged):
    """What narrows the list."""

    q: Words | None = Field(None, description="A part of the name or the street.")


class UnitQuery(Paged):
    """What narrows the list."""

    q: Words | None = Field(None, description="A part of the label.")
    property: QueryId | None = None


class PropertyOut(Out):
    """A building."""

    id: int
    company: str
    name: str
    street: str
    postcode: str
    city: str
    outside_id: str | None


class UnitOut(Out):
    """A dwelling or shop in a building."""

    id: int
    company: str
    property_id: int
    label: str
    floor: str
    access_notes: str
    outside_id: str | None


class PropertyList(Out):
    """A page of buildings."""

    items: list[PropertyOut]
    next: str | None


class UnitList(Out):
    """A page of units."""

    items: list[UnitOut]
    next: str | None


class PropertyIn(Body):
    """A new building; `company` only where the account administers several."""

    company: Slug = ""
    name: Label
    street: Line = ""
    postcode: Line = ""
    city: Line = ""
    outside_id: Label | None = None


class PropertyChange(Body):
    """What to change; what is left out stays."""

    name: Label = absent()
    street: Line = absent()
    postcode: Line = absent()
    city: Line = absent()
    outside_id: Label | None = None


class UnitIn(Body):
    """A new unit in a building."""

    property_id: Id
    label: Label
    floor: Line = ""
    access_notes: Text = ""
    outside_id: Label | None = None


class UnitChange(Body):
    """What to change; what is left out stays."""

    label: Label = absent()
    floor: Line = absent()
    access_notes: Text = absent()
    outside_id: Label | None = None


@api.get("/properties")
@api.input(PropertyQuery, location="query", arg_name="query")
@api.output(PropertyList)
def properties(query: PropertyQuery) -> PropertyList:
    """List buildings, newest first."""
    desk, actor = current_desk(), need_board()
    page = list_places(desk, actor, Property, words=query.q or "", cursor=query.cursor, limit=query.limit)
    names = name_companies(desk, actor)
    return PropertyList(items=[_describe_property(each, names) for each in page.items], next=page.next)


@api.post("/properties")
@api.input(PropertyIn, arg_name="given")
@api.output(PropertyOut, status_code=201)
@once(201)
def create_property(given: PropertyIn) -> PropertyOut:
    """Make a building."""
    desk, actor = current_desk(), need_board()
    company = choose_company(desk, actor, given.company, ability=Ability.ADMINISTER)
    made = make_place(desk, actor, Property, company.id, given.model_dump(exclude={"company"}))
    return _describe_property(made, {company.id: company.slug})


@api.get("/properties/<id:property_id>")
@api.output(PropertyOut)
def property_(property_id: int) -> PropertyOut:
    """Show one building."""
    desk, actor = current_desk(), need_board()
    return _describe_property(find_place(desk, actor, Property, property_id), name_companies(desk, actor))


@api.patch("/properties/<id:property_id>")
@api.input(PropertyChange, arg_name="given")
@api.output(PropertyOut)
def update_property(property_id: int, given: PropertyChange) -> PropertyOut:
    """Change a building."""
    desk, actor = current_desk(), need_board()
    with desk.transaction():
        changed = change_place(desk, actor, Property, property_id, given.model_dump(exclude_unset=True))
        return _describe_property(changed, name_companies(desk, actor))


@api.get("/units")
@api.input(UnitQuery, location="query", arg_name="query")
@api.output(UnitList)
def units(query: UnitQuery) -> UnitList:
    """List units, newest first."""
    desk, actor = current_desk(), need_board()
    page = list_places(
        desk, actor, Unit, words=query.q or "", inside=query.property, cursor=query.cursor, limit=query.limit
    )
    names = name_companies(desk, actor)
    return UnitList(items=[_describe_unit(each, names) for each in page.items], next=page.next)


@api.post("/units")
@api.input(UnitIn, arg_name="given")
@api.output(UnitOut, status_code=201)
@once(201)
def create_unit(given: UnitIn) -> UnitOut:
    """Make a unit."""
    desk, actor = current_desk(), need_board()
    home = find_place(desk, actor, Property, given.property_id)
    made = make_place(desk, actor, Unit, home.company_id, given.model_dump())
    return _describe_unit(made, name_companies(desk, actor))


@api.get("/units/<id:unit_id>")
@api.output(UnitOut)
def unit(unit_id: int) -> UnitOut:
    """Show one unit."""
    desk, actor = current_desk(), need_board()
    return _describe_unit(find_place(desk, actor, Unit, unit_id), name_companies(desk, actor))


@api.patch("/units/<id:unit_id>")
@api.input(UnitChange, arg_name="given")
@api.output(UnitOut)
def update_unit(unit_id: int, given: UnitChange) -> UnitOut:
    """Change a unit."""
    desk, actor = current_desk(), caller()
    with desk.transaction():
        changed = change_place(desk, actor, Unit, unit_id, given.model_dump(exclude_unset=True))
        return _describe_unit(changed, name_companies(desk, actor))


def _describe_property(row: Property, companies: dict[int, str]) -> PropertyOut:
    return PropertyOut(
        id=row.id,
        company=companies[row.company_id],
        name=row.name,
        street=row.street,
        postcode=row.postcode,
        city=row.city,
        outside_id=row.outside_id,
    )


def _describe_unit(row: Unit, companies: dict[int, str]) -> UnitOut:
    return UnitOut(
        id=row.id,
        company=companies[row.company_id],
        property_id=row.property_id,
        label=row.label,
        floor=row.floor,
        access_notes=row.access_notes,
        outside_id=row.outside_id,
    )
