"""The tags a company offers its agents: added, renamed on every ticket that has them, or offered no more."""

from __future__ import annotations

from sqlalchemy import func, select, update

from hub.desk import Desk
from hub.domain.access import Actor
from hub.errors import Invalid
from hub.models import Company, Tag, Ticket
from hub.services.staff.scope import find_administered, must_administer

LONGEST = 40
MOST = 100


def tags_of(desk: Desk, company: Company) -> list[Tag]:
    """Return the tags a company offers, by name."""
    query = select(Tag).where(Tag.company_id == company.id).order_by(func.lower(Tag.name), Tag.id)
    return list(desk.session.scalars(query))


def add_tag(desk: Desk, actor: Actor, company: Company, name: str) -> Tag:
    """Offer one more tag; raises `Forbidden` and `Invalid`."""
    _check_may(actor, company.id)
    known = tags_of(desk, company)
    if len(known) >= MOST:
        raise Invalid(f"Tag: a company offers at most {MOST}: remove one first.", field="name")
    tag = Tag(company_id=company.id, name=_checked(name, known))
    desk.session.add(tag)
    desk.session.flush()
    return tag


def rename_tag(desk: Desk, actor: Actor, number: int, name: str) -> Tag:
    """Rename a tag, on the tickets that have it too; raises `NotFound`, `Forbidden` and `Invalid`."""
    tag = find_tag(desk, actor, number)
    company = desk.session.get_one(Company, tag.company_id)
    wanted = _checked(name, [each for each in tags_of(desk, company) if each is not tag])
    desk.session.execute(
        update(Ticket)
        .where(Ticket.company_id == tag.company_id, Ticket.tags.contains([tag.name]))
        .values(tags=func.array_replace(Ticket.tags, tag.name, wanted))
        .execution_options(synchronize_session=False)
    )
    tag.name = wanted
    return tag


def remove_tag(desk: Desk, actor: Actor, number: int) -> Tag:
    """Offer a tag no more; tickets that have it keep it. Raises `NotFound` and `Forbidden`."""
    tag = find_tag(desk, actor, number)
    desk.session.delete(tag)
    return tag


def find_tag(desk: Desk, actor: Actor, number: int) -> Tag:
    """Return a tag of a company whose settings an actor keeps; raises `NotFound`."""
    return find_administered(desk, actor, Tag, number, "There is no such tag.")


def _checked(name: str, others: list[Tag]) -> str:
    cleaned = " ".join(name.replace("\0", "").split())
    if not cleaned or len(cleaned) > LONGEST or "," in cleaned:
        raise Invalid(f"Tag: a word or two without a comma, at most {LONGEST} characters.", field="name")
    if any(each.name.casefold() == cleaned.casefold() for each in others):
        raise Invalid(f"Tag: there is one called {cleaned} already.", field="name")
    return cleaned


def _check_may(actor: Actor, company_id: int) -> None:
    must_administer(actor, company_id, "keep tags")
