"""`/contacts`: the people and firms a company knows, and their addresses."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hub.domain.access import Ability
from hub.services.catalogue import choose_company
from hub.services.people.contacts import (
    ContactFilters,
    Known,
    add_identity,
    change_contact,
    find_contact,
    list_contacts,
    make_contact,
)
from hub.web.api.blueprint import api, need_tickets
from hub.web.api.fields import Body, Day, Label, Line, Out, Paged, RoleWord, Slug, Text, absent
from hub.web.api.once import once
from hub.web.desk import current_desk

Language = Annotated[str, StringConstraints(pattern=r"^([a-z]{2,3}(-[A-Za-z0-9]{2,8})?)?$")]
Tags = Annotated[list[Annotated[str, StringConstraints(min_length=1, max_length=40)]], Field(max_length=30)]
Addresses = Annotated[list[Annotated[str, StringConstraints(min_length=3, max_length=320)]], Field(max_length=20)]


class ContactQuery(Paged):
    """What narrows the list."""

    q: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] | None = Field(
        None, description="A part of a name, mail address or telephone number."
    )
    role: RoleWord | None = None
    company: Slug | None = None


class IdentityOut(Out):
    """One address of somebody."""

    id: int
    kind: str
    value: str
    confirmed_at: datetime | None
    opted_out_at: datetime | None
    dead_since: datetime | None


class ContactOut(Out):
    """A person or firm."""

    id: int
    company: str
    name: str
    role: str
    language: str
    note: str
    tags: list[str]
    trade: str
    insured_until: date | None
    outside_id: str | None
    blocked_at: datetime | None
    created_at: datetime
    identities: list[IdentityOut]


class ContactList(Out):
    """A page of contacts."""

    items: list[ContactOut]
    next: str | None


class ContactIn(Body):
    """A new contact; `company` only where the account serves several."""

    company: Slug = ""
    name: Label
    role: RoleWord = ""
    language: Language = ""
    note: Text = ""
    tags: Tags = Field(default_factory=list)
    trade: Line = ""
    insured_until: Day | None = None
    outside_id: Label | None = None
    emails: Addresses = Field(default_factory=list)
    phones: Addresses = Field(default_factory=list)


class ContactChange(Body):
    """What to change; what is left out stays."""

    name: Label = absent()
    role: RoleWord = absent()
    language: Language = absent()
    note: Text = absent()
    tags: Tags = absent()
    trade: Line = absent()
    insured_until: Day | None = None
    outside_id: Label | None = None


class IdentityIn(Body):
    """One more address."""

    kind: Literal["email", "phone"]
    value: Label


@api.get("/contacts")
@api.input(ContactQuery, location="query", arg_name="query")
@api.output(ContactList)
def contacts(query: ContactQuery) -> ContactList:
    """List contacts, newest first."""
    filters = ContactFilters(words=query.q or "", role=query.role or "", company=query.company or "")
    page = list_contacts(current_desk(), need_tickets(), filters, cursor=query.cursor, limit=query.limit)
    return ContactList(items=[describe(each) for each in page.items], next=page.next)


@api.post("/contacts")
@api.input(ContactIn, arg_name="given")
@api.output(ContactOut, status_code=201)
@once(201)
def create_contact(given: ContactIn) -> ContactOut:
    """Make a contact."""
    desk, actor = current_desk(), need_tickets()
    company = choose_company(desk, actor, given.company, ability=Ability.WORK_TICKETS)
    fields = given.model_dump()
    return describe(make_contact(desk, actor, company, fields, emails=given.emails, phones=given.phones))


@api.get("/contacts/<id:contact_id>")
@api.output(ContactOut)
def contact(contact_id: int) -> ContactOut:
    """Show one contact."""
    return describe(find_contact(current_desk(), need_tickets(), contact_id))


@api.patch("/contacts/<id:contact_id>")
@api.input(ContactChange, arg_name="given")
@api.output(ContactOut)
def update_contact(contact_id: int, given: ContactChange) -> ContactOut:
    """Change a contact."""
    desk = current_desk()
    with desk.transaction():
        return describe(change_contact(desk, need_tickets(), contact_id, given.model_dump(exclude_unset=True)))


@api.post("/contacts/<id:contact_id>/identities")
@api.input(IdentityIn, arg_name="given")
@api.output(ContactOut, status_code=201)
@once(201)
def create_identity(contact_id: int, given: IdentityIn) -> ContactOut:
    """Give a contact one more address."""
    return describe(add_identity(current_desk(), need_tickets(), contact_id, given.kind, given.value))


def describe(known: Known) -> ContactOut:
    """Return a contact as programs see it."""
    row = known.contact
    return ContactOut(
        id=row.id,
        company=known.company.slug,
        name=row.name,
        role=row.role,
        language=row.language,
        note=row.note,
        tags=list(row.tags),
        trade=row.trade,
        insured_until=row.insured_until,
        outside_id=row.outside_id,
        blocked_at=row.blocked_at,
        created_at=row.created_at,
        identities=[
            IdentityOut(
                id=each.id,
                kind=each.kind,
                value=each.value,
                confirmed_at=each.confirmed_at,
                opted_out_at=each.opted_out_at,
                dead_since=each.dead_since,
            )
            for each in known.identities
        ],
    )
