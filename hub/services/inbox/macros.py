"""Canned replies: their placeholders filled from the ticket, what is left open found, what they do beside done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.placeholder import fill, open_placeholders
from hub.models import Company, Macro, Ticket
from hub.services.tickets.tickets import Change, change_ticket

MOST = 8
KNOWN = ("name", "unit", "number", "subject", "agent", "company")


@dataclass(frozen=True, slots=True)
class Filled:
    """A canned reply for one ticket; `open` are the placeholders that an agent has still to fill in."""

    macro: Macro
    text: str
    open: tuple[str, ...]


def values_of(ticket: Ticket, company: Company, actor: Actor) -> dict[str, str]:
    """Return what placeholders stand for on a ticket: `{{name}}`, `{{unit}}`, `{{number}}`, `{{subject}}`, `{{agent}}`, `{{company}}`."""
    return {
        "name": ticket.requester_name if "@" not in ticket.requester_name else "",
        "unit": ticket.unit_label,
        "number": f"#{ticket.id}",
        "subject": ticket.subject,
        "agent": actor.name,
        "company": company.name,
    }


def find_macros(desk: Desk, actor: Actor, ticket: Ticket, company: Company, words: str) -> Sequence[Filled]:
    """Return the canned replies of a ticket's company that some words find, those named so first."""
    plain = " ".join(words.replace("\0", "").split())[:100]
    named = Macro.name.icontains(plain, autoescape=True)
    query = select(Macro).where(Macro.company_id == ticket.company_id)
    if plain:
        query = query.where(or_(named, Macro.text.icontains(plain, autoescape=True)))
    values = values_of(ticket, company, actor)
    found = desk.session.scalars(query.order_by(named.desc(), Macro.name).limit(MOST))
    texts = [(each, fill(each.text, values)) for each in found]
    return [Filled(macro, text, open_placeholders(text)) for macro, text in texts]


def do_macros(desk: Desk, actor: Actor, ticket: Ticket, ids: Collection[int]) -> None:
    """Do what canned replies do beside their words: `status`, `queue`, `priority`, `tags` to add; raises as `change_ticket` does."""
    if not ids:
        return
    query = select(Macro).where(Macro.company_id == ticket.company_id, Macro.id.in_(ids)).order_by(Macro.id)
    for macro in desk.session.scalars(query):
        change = change_of(macro.actions, ticket)
        if change is not None:
            change_ticket(desk, actor, ticket.id, change)


def change_of(actions: Mapping[str, Any], ticket: Ticket) -> Change | None:
    """Return what a canned reply changes on a ticket, or nothing."""
    tags = tuple(str(each) for each in actions.get("tags", ()))
    words = {name: str(actions[name]) for name in ("status", "queue", "priority") if actions.get(name)}
    if not words and not tags:
        return None
    return Change(**words, tags=(*ticket.tags, *tags) if tags else None)  # type: ignore[arg-type]  # words of three fields
