"""All that one open ticket shows of what was said and what happened, a page of messages at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from hub.desk import Desk
from hub.models import (
    Agent,
    Article,
    Attachment,
    Company,
    Membership,
    Message,
    Notice,
    OutboxRow,
    Prediction,
    Suggestion,
    Tag,
    Ticket,
    TicketEvent,
)
from hub.services.help.announcements import select_notices_for
from hub.services.together import Question, read_together

PAGE = 50
MOST_EVENTS = 500
UNTOLD = ("first message", "message received", "reply", "note", "machine message", "delivery")  # the messages say it


@dataclass(frozen=True, slots=True)
class Conversation:
    """One open ticket: a page of its messages, oldest first, and what stands around them.

    `events` are the newest of those that are told by a line of their own; `earlier` is whether messages came before this
    page, `later` whether some came after it.
    """

    ticket: Ticket
    company: Company
    messages: Sequence[Message]
    attachments: dict[int, list[Attachment]]
    events: Sequence[TicketEvent]
    deliveries: dict[int, OutboxRow]
    prediction: Prediction | None
    suggestions: Sequence[tuple[Suggestion, Article]]
    colleagues: Sequence[Agent] = ()
    tags: Sequence[str] = ()
    notices: Sequence[Notice] = ()
    earlier: bool = False
    later: bool = False

    @property
    def told(self) -> list[TicketEvent]:
        """Return the events that belong between the messages of this page."""
        begins = self.messages[0].created_at if self.earlier and self.messages else None
        ends = self.messages[-1].created_at if self.later and self.messages else None
        return [
            each
            for each in self.events
            if (begins is None or each.created_at >= begins) and (ends is None or each.created_at <= ends)
        ]


def open_conversation(desk: Desk, ticket: Ticket) -> Conversation:
    """Return a ticket with its newest messages and all that its page shows beside them."""
    return conversation_of(desk, ticket, *read_together(desk.session, *select_conversation(desk, ticket)))


def select_conversation(desk: Desk, ticket: Ticket) -> tuple[Question, ...]:
    """Select what a conversation is made of."""
    zone = ZoneInfo(desk.session.get_one(Company, ticket.company_id).time_zone)
    thought = select(Prediction).where(Prediction.ticket_id == ticket.id).order_by(Prediction.id.desc()).limit(1)
    suggested = (
        select(Suggestion, Article)
        .join(Article, Article.id == Suggestion.article_id)
        .where(
            Suggestion.ticket_id == ticket.id,
            Suggestion.message_id == ticket.last_inbound_id,
            Article.published_at.is_not(None),
        )
    )
    happened = (
        select(TicketEvent)
        .where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind.not_in(UNTOLD))
        .order_by(TicketEvent.id.desc())
        .limit(MOST_EVENTS)
    )
    offered = select(Tag.name).where(Tag.company_id == ticket.company_id)
    holds = select_notices_for(ticket, desk.clock.now().astimezone(zone).date())
    return *_said(ticket, None), happened, thought, suggested, select_colleagues(ticket.company_id), offered, holds


def conversation_of(desk: Desk, ticket: Ticket, *found: list[Any]) -> Conversation:
    """Return the conversation that was selected."""
    *said, events, predictions, suggestions, colleagues, tags, notices = found
    return Conversation(
        ticket=ticket,
        company=desk.session.get_one(Company, ticket.company_id),
        events=sorted(events, key=lambda each: each.id),
        prediction=next(iter(predictions), None),
        suggestions=sorted(suggestions, key=lambda each: each[0].rank),
        colleagues=sorted(colleagues, key=lambda each: (each.name, each.id)),
        tags=sorted(tags, key=str.casefold),
        notices=notices,
        **_page(*said),
    )


def turn_back(desk: Desk, talk: Conversation, before: int) -> Conversation:
    """Return the same conversation with the page of messages that came before one."""
    return replace(talk, **_page(*read_together(desk.session, *_said(talk.ticket, before))), later=True)


def colleagues_of(desk: Desk, company_id: int) -> Sequence[Agent]:
    """Return the active staff who answer people for a company, by name."""
    return desk.session.scalars(select_colleagues(company_id).order_by(Agent.name, Agent.id)).all()


def select_colleagues(company_id: int) -> Select[Agent]:
    """Select the active staff who answer people for a company."""
    return (
        select(Agent)
        .join(Membership, Membership.agent_id == Agent.id)
        .where(Membership.company_id == company_id, Membership.role != "operations", Agent.active)
    )


def _said(ticket: Ticket, before: int | None) -> tuple[Question, ...]:
    """Select a page of messages and one more, their files, and what became of those that were sent."""
    older = [Message.id < before] if before is not None else []
    newest = (Message.ticket_id == ticket.id, *older)
    shown = select(Message.id).where(*newest).order_by(Message.id.desc()).limit(PAGE).scalar_subquery()
    return (
        select(Message).where(*newest).order_by(Message.id.desc()).limit(PAGE + 1),
        select(Attachment).where(Attachment.message_id.in_(shown)),
        select(OutboxRow).where(OutboxRow.ticket_id == ticket.id, OutboxRow.message_id.in_(shown)),
    )


def _page(messages: list[Message], files: list[Attachment], sent: list[OutboxRow]) -> dict[str, Any]:
    newest = sorted(messages, key=lambda each: each.id)
    attachments: dict[int, list[Attachment]] = {}
    for each in sorted(files, key=lambda each: each.id):
        attachments.setdefault(each.message_id, []).append(each)
    return {
        "messages": newest[-PAGE:],
        "attachments": attachments,
        "deliveries": {each.message_id: each for each in sorted(sent, key=lambda each: each.position)},
        "earlier": len(newest) > PAGE,
    }
