"""Finding tickets by what was said on them and by whom, where they live, their addresses and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all

from hub.desk import Desk
from hub.domain.access import Actor
from hub.models import Contact, Identity, Property, SearchDocument, Ticket, Unit
from hub.services.inbox import TicketPage, by_activity, cursor_after
from hub.services.pages import LARGEST
from hub.services.scope import own_companies, tickets_of

PAGE = 50
MOST_FOUND = 1000
MOST_PEOPLE = 200
LONGEST_QUESTION = 300
MOST_WORDS = 12
SHORTEST_NAME = 2
SHORTEST_START = 3
SHORTEST_NUMBER = 4
PHONE = re.compile(r"[\d\s()+./-]+")


def search_tickets(desk: Desk, actor: Actor, question: str, *, cursor: str = "", limit: int = PAGE) -> TicketPage:
    """Return one page of the tickets a question finds, newest activity first; nothing for a question without words."""
    if not _plain(question):
        return TicketPage([], "")
    query = select(Ticket).where(tickets_of(actor), Ticket.quarantined.is_(False), found_by(actor, question))
    found = desk.session.scalars(by_activity(query, cursor).limit(limit + 1)).all()
    page = found[:limit]
    return TicketPage(page, cursor_after(page[-1], by_activity=True) if len(found) > limit else "")


def found_by(actor: Actor, question: str) -> ColumnElement[bool]:
    """Return the condition under which a question finds a ticket.

    Each way is limited to the actor's companies and cut to the newest thousand before it is joined with the others.
    """
    words = _plain(question)
    ways = [each.subquery() for each in _ways(actor, words)]
    return Ticket.id.in_(union_all(*(select(way.c[0]) for way in ways)))


def ticket_number(question: str) -> int | None:
    """Return the ticket number a question is, `#4711` or `4711`."""
    number = _plain(question).removeprefix("#")
    return int(number) if number.isascii() and number.isdecimal() and int(number) <= LARGEST else None


def _ways(actor: Actor, words: str) -> Iterator[Select[Any]]:
    yield select(literal(ticket_number(words) or 0))
    terms = [word for word in words.split() if any(map(str.isalnum, word))][:MOST_WORDS]
    if terms:
        yield _said(actor, terms)
    if len(words) >= SHORTEST_NAME:
        yield _of_people(actor, Contact.name.icontains(words, autoescape=True))
        yield _of_homes(actor, words)
    if "@" in words:
        yield _of_addresses(actor, words)
    digits = "".join(character for character in words if character.isdigit()).lstrip("0")
    if PHONE.fullmatch(words) and len(digits) >= SHORTEST_NUMBER:
        yield _of_addresses(actor, digits)


def _said(actor: Actor, terms: list[str]) -> Select[Any]:
    """Select the tickets whose messages hold all words, the last of them perhaps only begun."""
    quoted = ["'{}'".format(term.replace("\\", "\\\\").replace("'", "''")) for term in terms]
    if len(terms[-1]) >= SHORTEST_START:
        quoted[-1] += ":*"
    query = func.to_tsquery("simple", func.unaccent(" & ".join(quoted)))
    return (
        select(SearchDocument.ticket_id)
        .where(
            own_companies(actor, SearchDocument),
            SearchDocument.ticket_id.is_not(None),
            SearchDocument.words.op("@@")(query),
        )
        .order_by(SearchDocument.happened_at.desc())
        .limit(MOST_FOUND)
    )


def _of_people(actor: Actor, condition: ColumnElement[bool]) -> Select[Any]:
    people = select(Contact.id).where(own_companies(actor, Contact), condition).limit(MOST_PEOPLE)
    return _newest(Ticket.contact_id.in_(people))


def _of_addresses(actor: Actor, words: str) -> Select[Any]:
    holders = (
        select(Identity.contact_id)
        .where(own_companies(actor, Identity), Identity.value.icontains(words, autoescape=True))
        .limit(MOST_PEOPLE)
    )
    return _newest(Ticket.contact_id.in_(holders))


def _of_homes(actor: Actor, words: str) -> Select[Any]:
    """Select the tickets of homes called so, with a comma between house and flat or without."""
    place = func.concat(Property.name, " ", Unit.label)
    homes = (
        select(Unit.id)
        .join(Property, Property.id == Unit.property_id)
        .where(own_companies(actor, Unit), place.icontains(" ".join(words.replace(",", " ").split()), autoescape=True))
        .limit(MOST_PEOPLE)
    )
    return _newest(Ticket.unit_id.in_(homes))


def _newest(condition: ColumnElement[bool]) -> Select[Any]:
    return select(Ticket.id).where(condition).order_by(Ticket.last_activity_at.desc()).limit(MOST_FOUND)


def _plain(question: str) -> str:
    return " ".join(question.replace("\0", " ").split())[:LONGEST_QUESTION]
