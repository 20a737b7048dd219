"""Answers that people send: what they make of the drafts, and when a desk has earned to answer by itself."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.answers import DRAFTS_LOOKED_AT, ENOUGH_DRAFTS, LONGEST_SILENCE, AnswerState, DraftRecord, judge_draft
from hub.errors import Forbidden, Invalid
from hub.models import Company, GivenAnswer, Message, Ticket
from hub.services.help.given_answers import SILENCE, answer_of

DECIDED = (AnswerState.UNCHANGED, AnswerState.CHANGED, AnswerState.UNUSED)


def judge_drafted(desk: Desk, ticket: Ticket, message: Message) -> None:
    """Note what the first reply made of the ticket's draft."""
    given = answer_of(desk, ticket.id)
    if given is None or given.state != AnswerState.DRAFT:
        return
    given.state = judge_draft(given.passage, message.text)
    given.message_id, given.settled_at = message.id, desk.clock.now()


def unjudge_drafted(desk: Desk, message: Message) -> None:
    """Let a draft wait again whose reply was taken back before it left."""
    given = answer_of(desk, message.ticket_id)
    if given is not None and given.state in DECIDED and given.message_id == message.id:
        given.state, given.message_id, given.settled_at = AnswerState.DRAFT, None, None


def record_of_drafts(desk: Desk, company_id: int) -> DraftRecord:
    """Return how the newest drafts of a company went out."""
    newest = (
        select(GivenAnswer.state)
        .where(GivenAnswer.company_id == company_id, GivenAnswer.state.in_(DECIDED))
        .order_by(GivenAnswer.settled_at.desc(), GivenAnswer.id.desc())
        .limit(DRAFTS_LOOKED_AT)
    )
    counts = Counter(desk.session.scalars(newest))
    return DraftRecord(*(counts[each] for each in DECIDED))


def set_answering(desk: Desk, actor: Actor, company: Company, *, by_itself: bool, silence: str) -> None:
    """Let a desk answer by itself, or let people send its drafts; `silence` is days, empty for never.

    Raises `Forbidden`, and `Invalid` where answering by itself is not earned yet, or the days are no number.
    """
    if not actor.can(Ability.ADMINISTER, company.id):
        raise Forbidden("Only an administrator of this company lets the desk answer by itself.")
    record = record_of_drafts(desk, company.id)
    if by_itself and not company.answers_by_itself and not record.earned:
        raise Invalid(
            f"{record.unchanged} drafts went out unchanged so far. The desk may answer by itself once it is "
            f"{ENOUGH_DRAFTS}, and at least 95 of 100.",
            field="by_itself",
        )
    words = silence.strip()
    if words and not (words.isascii() and words.isdecimal() and 0 < int(words[:6]) <= LONGEST_SILENCE):
        raise Invalid(
            f"Give a number of days from 1 to {LONGEST_SILENCE}, or leave it empty for never.", field="silence"
        )
    company.answers_by_itself = by_itself
    company.settings = {**company.settings, SILENCE: int(words) if words else 0}
