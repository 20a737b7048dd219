"""What to write next: what people look for in vain, what agents answer by hand, and what articles spare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from hub.desk import Desk
from hub.models import GivenAnswer, HelpSearch, Message, SparedTicket, Ticket
from knowledgebase.language import detect_language
from knowledgebase.words import read_words

LOOKED_AT = timedelta(days=90)
BY_HAND_TIMES = 5
MOST_TICKETS = 3000
MOST_LISTED = 30
# Questions are of one kind when they share at least this part of what they speak of.
ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Gap:
    """Something to write an article about: people's own words for it, how often, and tickets to read."""

    words: str
    times: int
    why: str
    audience: str
    tickets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Spared:
    """What one article did: answers sent from it, solved by it in people's own words, and forms not sent because of it."""

    article_id: int | None
    title: str
    answered: int
    solved: int
    person: int
    unsent: int


def what_to_write(desk: Desk, company_id: int) -> list[Gap]:
    """Return what is worth an article, the most wanted first: searches that found nothing, questions answered by hand."""
    found = [*_searches(desk, company_id), *_answered_by_hand(desk, company_id)]
    return sorted(found, key=lambda each: (-each.times, each.words))[:MOST_LISTED]


def spared_by_article(desk: Desk, company_id: int, *, days: int = 90) -> list[Spared]:
    """Return deflection by article over some days; solved is only what somebody called solved, silence is nothing."""
    since = desk.clock.now() - timedelta(days=days)
    state = GivenAnswer.state
    sent = select(
        GivenAnswer.article_id,
        func.max(GivenAnswer.title).label("title"),
        func.count().label("answered"),
        func.count().filter(state == "solved").label("solved"),
        func.count().filter(state == "person").label("person"),
    ).where(
        GivenAnswer.company_id == company_id,
        state.in_(("open", "solved", "person", "silent")),
        GivenAnswer.created_at > since,
    )
    rows = {row.article_id: row for row in desk.session.execute(sent.group_by(GivenAnswer.article_id))}
    unsent = select(SparedTicket.article_id, func.max(SparedTicket.title).label("title"), func.count().label("unsent"))
    unsent = unsent.where(SparedTicket.company_id == company_id, SparedTicket.created_at > since)
    spared = {row.article_id: row for row in desk.session.execute(unsent.group_by(SparedTicket.article_id))}
    found = []
    for number in rows.keys() | spared.keys():
        row, other = rows.get(number), spared.get(number)
        found.append(
            Spared(
                number,
                row.title if row else other.title if other else "",
                row.answered if row else 0,
                row.solved if row else 0,
                row.person if row else 0,
                other.unsent if other else 0,
            )
        )
    return sorted(found, key=lambda each: (-(each.solved + each.unsent), -each.answered, each.title))


def _searches(desk: Desk, company_id: int) -> list[Gap]:
    """Return the words that found nothing, unless they find something today."""
    since = (desk.clock.now() - LOOKED_AT).date()
    times = func.sum(HelpSearch.times)
    query = (
        select(HelpSearch.words, HelpSearch.audience, times.label("times"))
        .where(HelpSearch.company_id == company_id, HelpSearch.found == 0, HelpSearch.asked_on >= since)
        .group_by(HelpSearch.words, HelpSearch.audience)
        .order_by(times.desc(), HelpSearch.words)
        .limit(MOST_LISTED)
    )
    return [Gap(row.words, int(row.times), "searched", row.audience) for row in desk.session.execute(query)]


def _answered_by_hand(desk: Desk, company_id: int) -> list[Gap]:
    """Return kinds of questions that agents answered five times or more without any article in the answer."""
    since = desk.clock.now() - LOOKED_AT
    quoted = (
        select(Message.ticket_id)
        .where(
            Message.company_id == company_id,
            Message.direction == "out",
            Message.created_at > since,
            Message.text.contains("/help/") | Message.text.contains("/k/"),
        )
        .scalar_subquery()
    )
    first = (
        select(func.min(Message.id))
        .where(Message.ticket_id == Ticket.id, Message.direction == "in")
        .correlate(Ticket)
        .scalar_subquery()
    )
    query = (
        select(Ticket.id, Ticket.topic, Ticket.requester_role, Message.reply_text)
        .join(Message, Message.id == first)
        .where(
            Ticket.company_id == company_id,
            Ticket.first_response_at.is_not(None),
            Ticket.created_at > since,
            Ticket.emergency.is_(False),
            Ticket.history.is_(False),
            Ticket.blocker == "",
            Ticket.id.not_in(quoted),
        )
        .order_by(Ticket.id.desc())
        .limit(MOST_TICKETS)
    )
    kinds: list[tuple[str, str, frozenset[str], list[int], str]] = []
    for number, topic, role, text in desk.session.execute(query):
        names, audience = _names(text), "owners" if role == "owner" else "residents"
        near = next((k for k in kinds if (k[0], k[1]) == (topic, audience) and _is_alike(k[2], names)), None)
        if near is not None:
            near[3].append(number)
        elif names:
            kinds.append((topic, audience, names, [number], text))
    return [
        Gap(" ".join(text.split())[:120], len(numbers), "by hand", audience, tuple(numbers[:5]))
        for _, audience, _, numbers, text in kinds
        if len(numbers) >= BY_HAND_TIMES
    ]


def _is_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one | other) and len(one & other) / len(one | other) >= ALIKE


def _names(text: str) -> frozenset[str]:
    language = detect_language(text[:500])
    items = read_words(text[:500], language if language in {"en", "de", "es"} else "en").items
    return frozenset(name for item in items for name in (item.concepts or (() if item.light else (item.stem,))))
