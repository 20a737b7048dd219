"""What an agent has begun to write is kept for them alone: one reply and one note a ticket, back on any machine."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, literal, or_, select
from sqlalchemy.dialects.postgresql import insert

from hub.db import among
from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.errors import Forbidden, Invalid
from hub.models import DraftRow, Ticket
from hub.services.tickets.tickets import find_ticket

KINDS = ("reply", "note")
LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Drafts:
    """Which of some tickets hold a draft of mine, and the two of the open one."""

    tickets: frozenset[int] = frozenset()
    reply: str = ""
    note: str = ""


def save_draft(desk: Desk, actor: Actor, number: int, kind: str, text: str, *, form_id: str = "") -> Ticket:
    """Keep what an agent has typed so far; an empty text is no draft any more.

    What was typed in a composer that was sent since is not kept: the saving has come late. Raises `NotFound`, `Forbidden`
    for roles that may not write this, and `Invalid`.
    """
    ticket = find_ticket(desk, actor, number)
    ability = Ability.WRITE_TO_PEOPLE if kind == "reply" else Ability.WORK_TICKETS
    if actor.agent_id is None or not actor.can(ability, ticket.company_id):
        raise Forbidden("Your role may read this ticket but not write on it.")
    if kind not in KINDS:
        raise Invalid("A draft is a reply or a note.", field="kind")
    text = text.replace("\0", "")
    if len(text) > LONGEST:
        raise Invalid(f"The text is longer than {LONGEST:,} characters: attach it as a file instead.", field="body")
    _write(desk, actor.agent_id, ticket, kind, text if text.strip() else "", form_id=form_id, sent=False)
    return ticket


def end_draft(desk: Desk, actor: Actor, number: int, kind: str, *, form_id: str = "") -> None:
    """Forget a draft that was thrown away, and whatever its composer still tries to save."""
    settle_draft(desk, actor, find_ticket(desk, actor, number), kind, form_id=form_id)


def settle_draft(desk: Desk, actor: Actor, ticket: Ticket, kind: str, *, form_id: str = "") -> None:
    """Forget the draft of what was sent on a ticket."""
    if actor.agent_id is not None:
        _write(desk, actor.agent_id, ticket, kind, "", form_id=form_id, sent=True)


def select_drafts(actor: Actor, numbers: Collection[int], *, opened: int | None) -> Select[Any]:
    """Select which tickets hold a draft of this agent, its kind, and the text where the ticket is the open one."""
    text = case((DraftRow.ticket_id == opened, DraftRow.text), else_="") if opened is not None else literal("")
    return select(DraftRow.ticket_id, DraftRow.kind, text.label("words")).where(
        DraftRow.agent_id == actor.agent_id, among(DraftRow.ticket_id, numbers), DraftRow.text != ""
    )


def drafts_in(rows: Collection[Any], *, opened: int | None) -> Drafts:
    """Return what `select_drafts` found."""
    own = {kind: words for ticket_id, kind, words in rows if ticket_id == opened}
    return Drafts(frozenset(row[0] for row in rows), own.get("reply", ""), own.get("note", ""))


def _write(desk: Desk, agent_id: int, ticket: Ticket, kind: str, text: str, *, form_id: str, sent: bool) -> None:
    row = {
        "company_id": ticket.company_id,
        "agent_id": agent_id,
        "ticket_id": ticket.id,
        "kind": kind,
        "text": text,
        "form_id": form_id[:64],
        "saved_at": desk.clock.now(),
    }
    query = insert(DraftRow).values(row)
    late = or_(DraftRow.text != "", DraftRow.form_id != form_id[:64], DraftRow.form_id == "")
    desk.session.execute(
        query.on_conflict_do_update(
            index_elements=["agent_id", "ticket_id", "kind"],
            set_={name: query.excluded[name] for name in ("text", "form_id", "saved_at")},
            where=None if sent else late,
        )
    )
