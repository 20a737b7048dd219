"""Tier-1 questions: what the help centre says to a message, sent by the desk where it is sure, kept for the agent where not."""

from __future__ import annotations

from dataclasses import dataclass

from classifiers.classifier import Triage
from classifiers.emergencies import suspect
from hub.desk import Desk
from hub.domain.answer_words import answer_words
from hub.domain.answers import AnswerState
from hub.domain.delivery import Purpose
from hub.domain.ticket import TicketStatus, is_known
from hub.errors import Refused
from hub.models import Contact, GivenAnswer, Message, Suggestion, Ticket
from hub.services.help.given_answers import answer_of, link_of
from hub.services.sending.answer_target import Target, answer_target
from hub.services.sending.budgets import refusal_of_budgets
from hub.services.sending.machine import say
from hub.services.settings.configuration import Directory
from hub.services.tickets.history import record
from knowledgebase.answer import Answer, answer
from knowledgebase.article import Article, Audience
from knowledgebase.passages import LINK, text_message

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
            emergency=may_be_danger(message.reply_text, thought),
            sender_known=is_known(ticket.requester_role),
        )
    return Advice(found, found.why)


def may_be_danger(words: str, thought: Triage) -> bool:
    """Tell whether a message is one for a person whatever articles say: danger it tells of, or may tell of."""
    return thought.emergency is not None or suspect(words) is not None


def keep_suggestions(desk: Desk, ticket: Ticket, message: Message, advice: Advice) -> None:
    """Keep the nearest articles for the composer, at most three: the whole answer where the library would give one."""
    found = advice.answer
    if found is None:
        return
    near = [each for each in found.alternatives if each.score >= WORTH_SHOWING][:MOST_SUGGESTIONS]
    for rank, each in enumerate(near, start=1):
        desk.session.add(
            Suggestion(
                company_id=ticket.company_id,
                message_id=message.id,
                ticket_id=ticket.id,
                article_id=each.article.id,
                rank=rank,
                confidence=each.score,
                passage=found.text
                if found.answered and each.article is found.article
                else each.article.summary or each.article.title,
            )
        )


def answer_by_machine(desk: Desk, directory: Directory, ticket: Ticket, message: Message, advice: Advice) -> bool:
    """Send the answer on the channel the question came by, at most once a ticket; the ticket stays visible until it is solved.

    Where people answer, the same words are kept as a draft for them; returns whether anything was sent.
    """
    company = directory.companies[ticket.company_id]
    found = advice.answer
    if found is None or not found.answered or found.article is None:
        return False
    earlier = answer_of(desk, ticket.id)
    if ticket.machine_answered or ticket.quarantined or (earlier and earlier.state != AnswerState.DRAFT):
        return False
    target = answer_target(ticket, message)
    if not company.answers_by_itself:
        _keep(desk, ticket, message, found, earlier, channel=target.channel, state=AnswerState.DRAFT)
        return False
    if not _may_send(desk, ticket, message, target):
        return False
    given = _keep(desk, ticket, message, found, earlier, channel=target.channel, state=AnswerState.OPEN)
    url = article_url(desk, found.article)
    try:
        said = say(
            desk,
            directory,
            ticket,
            _words(desk, given, found, url),
            purpose=Purpose.ANSWER,
            target=target,
            subject=f"{found.article.title} [#{ticket.id}]",
        )
    except Refused as refusal:
        desk.session.delete(given)
        desk.session.flush()
        record(desk, ticket, "not answered", reason=str(refusal))
        return False
    given.message_id = said.id
    ticket.machine_answered = True
    ticket.status = TicketStatus.PENDING
    record(
        desk,
        ticket,
        "answered from help centre",
        message_id=said.id,
        article=found.article.id,
        title=found.article.title,
        url=url,
        confidence=round(found.confidence, 3),
        why=found.why,
        passage=found.text,
        nearest=[{"title": each.article.title, "score": each.score} for each in found.alternatives],
    )
    return True


def _may_send(desk: Desk, ticket: Ticket, message: Message, target: Target) -> bool:
    if not message.may_answer or not target.recipients:
        return False
    known = is_known(ticket.requester_role)
    return not refusal_of_budgets(desk, ticket, target.recipients[0].value, purpose=Purpose.ANSWER, known=known)


def article_url(desk: Desk, article: Article) -> str:
    """Return an article's public address."""
    return f"{desk.settings.base_url}/help/{article.audience}/articles/{article.id}-{article.slug}"


def short_url(desk: Desk, article_id: int) -> str:
    """Return an article's address where letters are dear: it leads to the whole one."""
    return f"{desk.settings.base_url}/k/{article_id}"


def _keep(
    desk: Desk,
    ticket: Ticket,
    message: Message,
    found: Answer,
    earlier: GivenAnswer | None,
    *,
    channel: str,
    state: AnswerState,
) -> GivenAnswer:
    """Keep an answer, in the place of an earlier draft nobody has sent."""
    assert found.article is not None
    given = earlier or GivenAnswer(company_id=ticket.company_id, ticket_id=ticket.id)
    given.question_id, given.article_id = message.id, found.article.id
    given.title, given.passage = found.article.title, found.text
    given.channel, given.language, given.confidence = channel, found.language, found.confidence
    given.state, given.created_at = state, desk.clock.now()
    desk.session.add(given)
    desk.session.flush()
    return given


def _words(desk: Desk, given: GivenAnswer, found: Answer, url: str) -> str:
    assert found.article is not None
    if given.channel == "sms":
        short = short_url(desk, found.article.id)
        return text_message(found.article, link_length=len(short)).replace(LINK, short)
    link = "" if given.channel == "portal" else link_of(desk, given)
    return answer_words(found.text, url, language=found.language, link=link)
