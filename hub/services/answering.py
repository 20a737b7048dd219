"""Tier-1 questions: what the help centre says to a message, sent by the desk where it is sure, kept for the agent where not."""

from __future__ import annotations

from dataclasses import dataclass

from classifiers.classifier import Triage
from hub.desk import Desk
from hub.domain.delivery import Purpose
from hub.domain.ticket import TicketStatus, is_known
from hub.errors import Refused
from hub.models import Contact, Message, Suggestion, Ticket
from hub.services.answer_target import answer_target
from hub.services.budgets import refusal_of_budgets
from hub.services.configuration import Directory
from hub.services.history import record
from hub.services.machine import say
from knowledgebase.answer import Answer, answer
from knowledgebase.article import Article, Audience

MOST_SUGGESTIONS = 3
WORTH_SHOWING = 0.15


@dataclass(frozen=True, slots=True)
class Advice:
    """What the help centre says to one message: an answer good enough to send, or nothing and why; suggestions either way."""

    answer: Answer | None
    why: str

    @classmethod
    def nothing(cls, why: str) -> Advice:
        """Return the advice not to answer."""
        return cls(None, why)


def advise(desk: Desk, ticket: Ticket, message: Message, contact: Contact | None, thought: Triage) -> Advice:
    """Ask the knowledge base about a message, for its sender's audience and in their language."""
    audience = Audience.OWNERS if ticket.requester_role == "owner" else Audience.RESIDENTS
    with desk.shelves.index_of(desk.session, ticket.company_id) as index:
        if not len(index):
            return Advice.nothing("The help centre has no articles yet.")
        found = answer(
            message.reply_text,
            audience=audience,
            index=index,
            language=(contact.language if contact else "") or message.language,
            topic=thought.topic,
            emergency=thought.emergency is not None,
            sender_known=is_known(ticket.requester_role),
        )
    return Advice(found, found.why)


def keep_suggestions(desk: Desk, ticket: Ticket, message: Message, advice: Advice) -> None:
    """Keep the nearest articles for the composer, at most three."""
    if advice.answer is None:
        return
    near = [each for each in advice.answer.alternatives if each.score >= WORTH_SHOWING][:MOST_SUGGESTIONS]
    for rank, each in enumerate(near, start=1):
        desk.session.add(
            Suggestion(
                company_id=ticket.company_id,
                message_id=message.id,
                ticket_id=ticket.id,
                article_id=each.article.id,
                rank=rank,
                confidence=each.score,
                passage=each.article.summary or each.article.title,
            )
        )


def answer_by_machine(desk: Desk, directory: Directory, ticket: Ticket, message: Message, advice: Advice) -> bool:
    """Send the answer on the channel the question came by, at most once a ticket; the ticket stays visible until it is solved."""
    company = directory.companies[ticket.company_id]
    found = advice.answer
    if found is None or not found.answered or found.article is None:
        return False
    if not company.answers_by_itself or not message.may_answer or ticket.machine_answered or ticket.quarantined:
        return False
    target = answer_target(ticket, message)
    known = is_known(ticket.requester_role)
    if not target.recipients or refusal_of_budgets(
        desk, ticket, target.recipients[0].value, purpose=Purpose.ANSWER, known=known
    ):
        return False
    words = _words(found, article_url(desk, found.article), channel=target.channel)
    try:
        said = say(
            desk,
            directory,
            ticket,
            words,
            purpose=Purpose.ANSWER,
            target=target,
            subject=f"{found.article.title} [#{ticket.id}]",
        )
    except Refused as refusal:
        record(desk, ticket, "not answered", reason=str(refusal))
        return False
    ticket.machine_answered = True
    ticket.status = TicketStatus.PENDING
    record(
        desk,
        ticket,
        "answered from help centre",
        message_id=said.id,
        article=found.article.id,
        title=found.article.title,
        confidence=round(found.confidence, 3),
        why=found.why,
    )
    return True


def article_url(desk: Desk, article: Article) -> str:
    """Return an article's public address."""
    return f"{desk.settings.base_url}/help/{article.audience}/articles/{article.id}-{article.slug}"


def _words(found: Answer, url: str, *, channel: str) -> str:
    if channel == "sms":
        return found.sms.replace("{link}", url)
    return (
        f"{found.text}\n\nThe whole article: {url}\n\n"
        "Did this help? If so, there is nothing more to do. If you still need a person, just reply and one will answer."
    )
