"""Finding tickets: what was said on them and by whom, where they live, their numbers, and how they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, any_, false, func, literal, not_, or_, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.types import BigInteger

from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.question import Question, read_question
from hub.domain.ticket import Priority, TicketStatus
from hub.models import Attachment, Contact, Identity, Message, Order, Property, SearchDocument, TaskTicket, Ticket, Unit
from hub.services.inbox.inbox import TicketPage, by_activity, cursor_after
from hub.services.pages import LARGEST
from hub.services.staff.scope import own_companies, tickets_of
from hub.services.tickets.search import name_words

PAGE = 50
MOST_FOUND = 1000
MOST_PEOPLE = 200
MOST_WORDS = 12
MOST_QUOTED = 20_000
SHORTEST_NAME = 2
SHORTEST_START = 3
SHORTEST_NUMBER = 4
SHORTEST_TYPO = 4
NEAR = 0.4  # of the pieces of three letters that what is typed and a name have between them, those they share
NEARLY = "nearly:"
PHONE = re.compile(r"[\d\s()+./-]+")


@dataclass(frozen=True, slots=True)
class Found(TicketPage):
    """One page of what a question found; `nearly` where nothing is called so, but somebody or something alike.

    `passages` are the words of the newest message of a ticket that has what was asked for in it, with its files' names.
    """

    nearly: bool = False
    passages: Mapping[int, str] = field(default_factory=dict)


def search_tickets(desk: Desk, actor: Actor, typed: str, *, cursor: str = "", limit: int = PAGE) -> Found:
    """Return one page of the tickets a question finds, newest activity first; nothing for a question without words.

    Where nothing has the words of a name, a home or an address, what is spelt nearly so is found.
    """
    question = read_question(typed)
    if not question.asks:
        return Found([], "")
    nearly = cursor.startswith(NEARLY)
    found = _page(desk, actor, question, cursor.removeprefix(NEARLY), limit, nearly=nearly)
    if not found and not cursor and _may_be_misspelt(question):
        nearly = True
        found = _page(desk, actor, question, "", limit, nearly=True)
    page = found[:limit]
    following = cursor_after(page[-1], by_activity=True) if len(found) > limit else ""
    return Found(
        page,
        f"{NEARLY}{following}" if nearly and following else following,
        nearly=nearly and bool(page),
        passages=_passages(desk, actor, question, [each.id for each in page]),
    )


def found_by(
    actor: Actor, question: Question | str, *, nearly: bool = False, now: datetime | None = None
) -> ColumnElement[bool]:
    """Return the condition under which a question finds a ticket.

    Each way is limited to the actor's companies and cut to the newest thousand before it is joined with the others.
    """
    asked = question if isinstance(question, Question) else read_question(question)
    conditions = [_is(actor, each, now or func.now()) for each in asked.states]
    conditions += [_any_of(_of_senders(actor, each, nearly=nearly)) for each in asked.senders]
    conditions += [_any_of([_of_homes(actor, each, nearly=nearly)]) for each in asked.homes]
    if asked.words:
        ways = _nearly(actor, asked.words) if nearly and not (asked.senders or asked.homes) else _ways(actor, asked)
        conditions.append(_any_of(ways))
    return and_(*conditions) if conditions else false()


def ticket_number(typed: str) -> int | None:
    """Return the ticket number a question is, `#4711` or `4711`."""
    number = " ".join(typed.replace("\0", " ").split()).removeprefix("#")
    return int(number) if number.isascii() and number.isdecimal() and int(number) <= LARGEST else None


def _page(desk: Desk, actor: Actor, question: Question, cursor: str, limit: int, *, nearly: bool) -> Sequence[Ticket]:
    if nearly:  # `%>` takes a name for one that shares enough of its letters, until the transaction ends
        desk.session.execute(select(func.set_config("pg_trgm.word_similarity_threshold", str(NEAR), True)))
    condition = found_by(actor, question, nearly=nearly, now=desk.clock.now())
    query = select(Ticket).where(tickets_of(actor), Ticket.quarantined.is_(False), condition)
    return desk.session.scalars(by_activity(query, cursor).limit(limit + 1)).all()


def _any_of(ways: Iterator[Select[Any]] | Sequence[Select[Any]]) -> ColumnElement[bool]:
    parts = [each.subquery() for each in ways]
    return Ticket.id.in_(union_all(*(select(way.c[0]) for way in parts)))


def _ways(actor: Actor, question: Question) -> Iterator[Select[Any]]:
    words = question.words
    yield select(literal(ticket_number(words) or 0))
    terms = _terms(words)
    if terms:
        yield _said(actor, terms)
    if len(words) >= SHORTEST_NAME:
        yield _of_people(actor, Contact.name.icontains(words, autoescape=True))
        yield _of_homes(actor, words)
    yield from _of_addresses(actor, words)
    if question.task_id is not None:
        yield _of_task(actor, TaskTicket.task_id == question.task_id)
    if question.order_id is not None:
        ordered = select(Order.task_id).where(own_companies(actor, Order), Order.id == question.order_id)
        yield _of_task(actor, TaskTicket.task_id.in_(ordered))


def _nearly(actor: Actor, words: str) -> Iterator[Select[Any]]:
    """Yield the tickets of people and homes whose names and addresses are spelt nearly so."""
    yield from _of_senders(actor, words, nearly=True)
    yield _of_homes(actor, words, nearly=True)


def _terms(words: str) -> list[str]:
    return [word for word in words.split() if any(map(str.isalnum, word))][:MOST_WORDS]


def _said(actor: Actor, terms: list[str]) -> Select[Any]:
    """Select the tickets whose messages hold all words, the last of them perhaps only begun."""
    return (
        select(SearchDocument.ticket_id)
        .where(
            own_companies(actor, SearchDocument),
            SearchDocument.ticket_id.is_not(None),
            SearchDocument.words.op("@@")(_words_query(terms)),
        )
        .order_by(SearchDocument.happened_at.desc())
        .limit(MOST_FOUND)
    )


def _words_query(terms: list[str]) -> ColumnElement[Any]:
    """Return the question for the index: every word, and of one like `Demir-2024` instead all that it is made of."""
    *before, last = terms
    asked = [_either(each) for each in before] + [_either(last, begun=len(last) >= SHORTEST_START)]
    return func.to_tsquery("simple", func.unaccent(" & ".join(asked)))


def _either(term: str, *, begun: bool = False) -> str:
    whole = _quoted(term) + ":*" * begun
    parts = [] if "@" in term else name_words(term).split()[1:]
    if any(len(each) < SHORTEST_NAME for each in parts) or not parts:
        return whole
    return f"({whole} | {' & '.join(map(_quoted, parts))}{':*' * begun})"


def _quoted(term: str) -> str:
    return "'{}'".format(term.replace("\\", "\\\\").replace("'", "''"))


def _of_senders(actor: Actor, words: str, *, nearly: bool = False) -> Iterator[Select[Any]]:
    if nearly:
        yield _of_people(actor, Contact.name.op("%>", is_comparison=True)(words))
        yield _of_holders(actor, Identity.value.op("%>", is_comparison=True)(words))
        return
    yield _of_people(actor, Contact.name.icontains(words, autoescape=True))
    yield from _of_addresses(actor, words)


def _of_people(actor: Actor, condition: ColumnElement[bool]) -> Select[Any]:
    people = select(Contact.id).where(own_companies(actor, Contact), condition).limit(MOST_PEOPLE)
    return _newest(Ticket.contact_id.in_(people))


def _of_addresses(actor: Actor, words: str) -> Iterator[Select[Any]]:
    """Yield the tickets of who has such a mail address or phone number."""
    if "@" in words:
        yield _of_holders(actor, Identity.value.icontains(words, autoescape=True))
    digits = "".join(character for character in words if character.isdigit()).lstrip("0")
    if PHONE.fullmatch(words) and len(digits) >= SHORTEST_NUMBER:
        yield _of_holders(actor, Identity.value.icontains(digits, autoescape=True))


def _of_holders(actor: Actor, condition: ColumnElement[bool]) -> Select[Any]:
    holders = select(Identity.contact_id).where(own_companies(actor, Identity), condition).limit(MOST_PEOPLE)
    return _newest(Ticket.contact_id.in_(holders))


def _of_homes(actor: Actor, words: str, *, nearly: bool = False) -> Select[Any]:
    """Select the tickets of homes called so or in such a street, with a comma between house and flat or without."""
    asked = " ".join(words.replace(",", " ").split())
    place = func.concat(Property.name, " ", Unit.label)
    street = func.concat_ws(" ", Property.street, Property.postcode, Property.city)
    homes = (
        select(Unit.id)
        .join(Property, Property.id == Unit.property_id)
        .where(
            own_companies(actor, Unit),
            or_(
                *(
                    func.word_similarity(asked, each) >= NEAR if nearly else each.icontains(asked, autoescape=True)
                    for each in (place, street)
                )
            ),
        )
        .limit(MOST_PEOPLE)
    )
    return _newest(Ticket.unit_id.in_(homes))


def _of_task(actor: Actor, condition: ColumnElement[bool]) -> Select[Any]:
    return select(TaskTicket.ticket_id).where(own_companies(actor, TaskTicket), condition).limit(MOST_FOUND)


def _newest(condition: ColumnElement[bool]) -> Select[Any]:
    return select(Ticket.id).where(condition).order_by(Ticket.last_activity_at.desc()).limit(MOST_FOUND)


def _is(actor: Actor, state: str, now: Any) -> ColumnElement[bool]:
    is_open: ColumnElement[bool] = Ticket.status != TicketStatus.CLOSED
    conditions = {
        "open": is_open,
        "new": Ticket.status == TicketStatus.NEW,
        "waiting": Ticket.status.in_((TicketStatus.PENDING, TicketStatus.ON_HOLD)),
        "closed": not_(is_open),
        "snoozed": and_(is_open, Ticket.snooze_until.is_not(None)),
        "mine": Ticket.assignee_id == actor.agent_id,
        "unassigned": and_(is_open, Ticket.assignee_id.is_(None)),
        "unread": Ticket.unread.is_(True),
        "late": and_(is_open, Ticket.waiting_since.is_not(None), Ticket.due_at < now),
        "urgent": Ticket.priority == Priority.URGENT,
        "emergency": Ticket.emergency.is_(True),
    }
    return conditions[state]


def _may_be_misspelt(question: Question) -> bool:
    """Tell whether there is a name in a question that may be meant otherwise than it is spelt."""
    if question.senders or question.homes:
        return True
    return len(question.words) >= SHORTEST_TYPO and any(map(str.isalpha, question.words))


def _passages(desk: Desk, actor: Actor, question: Question, numbers: list[int]) -> dict[int, str]:
    """Return the newest message of some tickets that holds all words, in one statement."""
    terms = _terms(question.words)
    if not terms or not numbers:
        return {}
    names = (
        select(func.string_agg(Attachment.name, "  "))
        .where(Attachment.message_id == Message.id)
        .correlate(Message)
        .scalar_subquery()
    )
    rows = desk.session.execute(
        select(
            SearchDocument.ticket_id,
            func.concat_ws("  ", func.left(Message.text, MOST_QUOTED), names),
        )
        .ext(distinct_on(SearchDocument.ticket_id))
        .join(Message, Message.id == SearchDocument.subject_id)
        .where(
            own_companies(actor, SearchDocument),
            SearchDocument.ticket_id == any_(literal(numbers, ARRAY(BigInteger()))),
            SearchDocument.kind.in_(("message", "note")),
            SearchDocument.words.op("@@")(_words_query(terms)),
        )
        .order_by(SearchDocument.ticket_id, SearchDocument.happened_at.desc())
    )
    return {ticket_id: words for ticket_id, words in rows if ticket_id is not None}
