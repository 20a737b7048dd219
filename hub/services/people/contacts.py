"""The people and firms of the companies an actor serves: found, made, changed, given addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from channels.address import AddressError, canonical_email, canonical_phone
from channels.message import IdentityKind
from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.errors import Forbidden, Invalid, NotFound, Refused
from hub.models import Company, Contact, Identity
from hub.services.pages import LARGEST, Page, newest_first
from hub.services.staff.scope import own_companies
from hub.services.unique import write_unique

CHANGEABLE = frozenset({"name", "role", "language", "prefers", "note", "tags", "trade", "insured_until", "outside_id"})
DOUBLE = "This outside id is another contact's: it names one person in the rent roll."


@dataclass(frozen=True, slots=True)
class ContactFilters:
    """What narrows the list."""

    words: str = ""
    role: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A contact with its company and addresses."""

    contact: Contact
    company: Company
    identities: Sequence[Identity]


def list_contacts(
    desk: Desk, actor: Actor, filters: ContactFilters, *, cursor: str = "", limit: int = 50
) -> Page[Known]:
    """Return one page of contacts, newest first; raises `Invalid`."""
    query = (
        select(Contact)
        .join(Company, Company.id == Contact.company_id)
        .where(own_companies(actor, Contact), Contact.joined_to_id.is_(None))
    )  # fmt: skip
    if filters.words:
        addressed = select(Identity.contact_id).where(
            own_companies(actor, Identity), Identity.value.icontains(filters.words, autoescape=True)
        )
        named = Contact.name.icontains(filters.words, autoescape=True)
        query = query.where(or_(named, Contact.id.in_(addressed)))
    if filters.role:
        query = query.where(Contact.role == filters.role)
    if filters.company:
        query = query.where(Company.slug == filters.company)
    page: Page[Contact] = newest_first(desk.session, query, Contact.id, cursor=cursor, limit=limit)
    return Page(_complete(desk, page.items), page.next)


def find_contact(desk: Desk, actor: Actor, contact_id: int) -> Known:
    """Return one contact; raises `NotFound`."""
    return _complete(desk, [_find(desk, actor, contact_id)])[0]


def make_contact(
    desk: Desk,
    actor: Actor,
    company: Company,
    fields: Mapping[str, Any],
    *,
    emails: Sequence[str],
    phones: Sequence[str],
) -> Known:
    """Make a contact with its addresses; raises `Forbidden`, `Invalid`, and `Refused` for an address that is another's."""
    _check_may_change(actor, company.id)
    contact = Contact(company_id=company.id, **{key: fields[key] for key in fields.keys() & CHANGEABLE})
    write_unique(desk, contact, DOUBLE)
    for kind, addresses in ((IdentityKind.EMAIL, emails), (IdentityKind.PHONE, phones)):
        for each in addresses:
            _add_identity(desk, company, contact, kind, each)
    return _complete(desk, [contact])[0]


def change_contact(desk: Desk, actor: Actor, contact_id: int, fields: Mapping[str, Any]) -> Known:
    """Change a contact's own fields; raises `NotFound`, `Forbidden` and `Refused`."""
    contact = _find(desk, actor, contact_id, lock=True)
    _check_may_change(actor, contact.company_id)
    for name in fields.keys() & CHANGEABLE:
        setattr(contact, name, fields[name])
    write_unique(desk, contact, DOUBLE)
    return _complete(desk, [contact])[0]


def add_identity(desk: Desk, actor: Actor, contact_id: int, kind: str, value: str) -> Known:
    """Give a contact one more address; raises `NotFound`, `Forbidden`, `Invalid`, and `Refused` when it is another's."""
    contact = _find(desk, actor, contact_id, lock=True)
    _check_may_change(actor, contact.company_id)
    company = desk.session.get(Company, contact.company_id)
    assert company is not None
    _add_identity(desk, company, contact, IdentityKind(kind), value)
    return _complete(desk, [contact])[0]


def _find(desk: Desk, actor: Actor, contact_id: int, *, lock: bool = False) -> Contact:
    query = select(Contact).where(Contact.id == contact_id, own_companies(actor, Contact))
    contact = (
        desk.session.scalar(query.with_for_update() if lock else query) if 0 < contact_id <= LARGEST else None
    )  # fmt: skip
    if contact is None:
        raise NotFound(f"There is no contact {contact_id}.")
    return contact


def _check_may_change(actor: Actor, company_id: int) -> None:
    if not actor.can(Ability.WORK_TICKETS, company_id):
        raise Forbidden("Your role may not change people.")


def _add_identity(desk: Desk, company: Company, contact: Contact, kind: IdentityKind, text: str) -> None:
    field = "phones" if kind is IdentityKind.PHONE else "emails"
    try:
        value = canonical_phone(text, company.region) if kind is IdentityKind.PHONE else canonical_email(text)
    except AddressError as error:
        raise Invalid(str(error), field=field) from error
    known = desk.session.scalar(
        select(Identity).where(Identity.company_id == company.id, Identity.kind == kind, Identity.value == value)
    )
    if known is not None and known.contact_id != contact.id:
        raise Refused(f"{value} belongs to contact {known.contact_id}: an address is one person's.")
    if known is None:
        row = Identity(company_id=company.id, contact_id=contact.id, kind=kind, value=value)
        write_unique(desk, row, f"{value} has just become another person's.")


def _complete(desk: Desk, contacts: Sequence[Contact]) -> list[Known]:
    """Return contacts with their companies and addresses, in two statements."""
    if not contacts:
        return []
    session = desk.session
    companies = {
        each.id: each
        for each in session.scalars(select(Company).where(Company.id.in_({each.company_id for each in contacts})))
    }
    addresses: dict[int, list[Identity]] = {}
    rows = session.scalars(
        select(Identity).where(Identity.contact_id.in_([each.id for each in contacts])).order_by(Identity.id)
    )
    for row in rows:
        addresses.setdefault(row.contact_id, []).append(row)
    return [Known(each, companies[each.company_id], addresses.get(each.id, [])) for each in contacts]
