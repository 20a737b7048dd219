"""A colleague named in a note: `@Jonas Weber` finds it in their mentions, and their open pages say so at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update

from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.notification import Notice
from hub.models import Agent, Mention, Message, Ticket
from hub.services.inbox.conversation import colleagues_of
from hub.services.inbox.notifications import notify
from hub.services.tickets.history import record


def named_in(text: str, colleagues: Sequence[Agent]) -> list[Agent]:
    """Return the colleagues a note names by `@` and their whole name, capitals or not; the longest name wins."""
    said = text.casefold()
    found = []
    for agent in sorted(colleagues, key=lambda each: -len(each.name)):
        mark = f"@{agent.name.casefold()}"
        if mark in said:
            found.append(agent)
            said = said.replace(mark, " ")
    return found


def keep_mentions(desk: Desk, actor: Actor, ticket: Ticket, note: Message) -> list[Agent]:
    """Keep whom a note names, but never its author, and tell them; returns them."""
    if "@" not in note.text:
        return []
    named = [each for each in named_in(note.text, colleagues_of(desk, ticket.company_id)) if each.id != actor.agent_id]
    for each in named:
        desk.session.add(
            Mention(
                company_id=ticket.company_id,
                ticket_id=ticket.id,
                message_id=note.id,
                agent_id=each.id,
                created_at=desk.clock.now(),
            )
        )
        notify(desk, ticket, each.id, Notice.MENTION, f"m{note.id}", by=actor.name)
    if named:
        record(desk, ticket, "mentioned", actor=actor, names=[each.name for each in named])
    return named


def settle_mentions(desk: Desk, actor: Actor, ticket: Ticket) -> None:
    """Note that somebody has answered, by a note or a reply, what they were named for."""
    desk.session.execute(
        update(Mention)
        .where(Mention.ticket_id == ticket.id, Mention.agent_id == actor.agent_id, Mention.settled_at.is_(None))
        .values(settled_at=desk.clock.now())
    )


def names_of(desk: Desk, company_id: int, words: str) -> list[str]:
    """Return the names of the colleagues that some letters begin."""
    wanted = words.casefold()
    names = [each.name for each in colleagues_of(desk, company_id)]
    return [
        name for name in names if any(part.startswith(wanted) for part in (name.casefold(), *name.casefold().split()))
    ]
