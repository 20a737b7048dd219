"""One question after a ticket is closed, by the channel the person used, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from channels.message import IdentityKind
from hub.desk import Desk
from hub.domain.answers import AnswerState
from hub.domain.delivery import UNDO, OutboxState, Purpose
from hub.domain.survey import ANSWERED_WITHIN, CHANGE_OF_MIND, is_only_thanks, may_ask, read_score
from hub.errors import Invalid, NotFound, Refused
from hub.models import Contact, GivenAnswer, Identity, Message, OutboxRow, Survey, Ticket
from hub.services.metrics.call_backs import settle_call_back
from hub.services.people.homes import find_former
from hub.services.sending.answer_target import reply_target
from hub.services.sending.outgoing import Letter, post
from hub.services.settings.configuration import read_directory
from hub.services.tickets.history import record

LONGEST_COMMENT = 4000
SURVEY_ANSWER = "survey_answer"


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered by text to the question they were asked."""

    survey: Survey
    score: int
    comment: str

    @property
    def says_nothing_more(self) -> bool:
        """Whether nobody has to read it beside the score."""
        return is_only_thanks(self.comment)


def ask_after_closing(desk: Desk, ticket: Ticket) -> Survey | None:
    """Post the NPS question once the matter is closed, or return None where this person must not be asked."""
    contact = desk.session.get(Contact, ticket.contact_id) if ticket.contact_id else None
    if contact is None or ticket.history or ticket.first_response_at is None or not _may_ask(desk, contact):
        return None
    target = reply_target(desk, ticket)
    if not target.recipients:
        return None
    directory = read_directory(desk)
    company = directory.companies[ticket.company_id]
    survey = Survey(
        company_id=ticket.company_id,
        ticket_id=ticket.id,
        contact_id=contact.id,
        channel=target.channel,
        audience="owners"
        if ticket.requester_role == "owner"
        else "craftsmen"
        if ticket.requester_role == "craftsman"
        else "residents",
        created_at=desk.clock.now(),
    )
    desk.session.add(survey)
    desk.session.flush()
    link = f"{desk.settings.base_url}/nps/{survey.public_id}"
    question = f"{company.name}: how likely are you to recommend us to a friend, from 0 (not at all) to 10 (very)?"
    words = f"{question} Just reply with a number." if target.channel == "sms" else f"{question}\n{link}"
    letter = Letter(
        Purpose.SURVEY,
        words,
        subject=f"One question about #{ticket.id}",
        html=_eleven_links(question, link) if target.channel == "email" else "",
        not_before=desk.clock.now() + UNDO,
    )
    try:
        post(
            desk,
            directory,
            letter,
            company_id=ticket.company_id,
            channel=target.channel,
            recipients=target.recipients[:1],
            ticket=ticket,
        )
    except Refused as refusal:
        desk.session.delete(survey)
        record(desk, ticket, "not surveyed", reason=str(refusal))
        return None
    record(desk, ticket, "survey sent", channel=target.channel)
    return survey


def _eleven_links(question: str, link: str) -> str:
    """Return the question with a link a number: each opens the page with that number picked, and sends nothing by itself."""
    numbers = " ".join(f'<a href="{escape(link)}?score={each}">{each}</a>' for each in range(11))
    return f"<p>{escape(question)}</p><p>{numbers}</p>"


def take_question_back(desk: Desk, ticket: Ticket) -> None:
    """Ask nothing after all where a ticket is opened again before the question has left."""
    rows = desk.session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.ticket_id == ticket.id,
            OutboxRow.purpose == Purpose.SURVEY,
            OutboxRow.state == OutboxState.PENDING,
            OutboxRow.attempts == 0,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not rows:
        return
    for row in rows:
        row.state = OutboxState.CANCELLED
        row.error = "The ticket was opened again before the question left."
    since = min(row.created_at for row in rows)
    desk.session.execute(
        delete(Survey).where(Survey.ticket_id == ticket.id, Survey.answered_at.is_(None), Survey.created_at >= since)
    )
    record(desk, ticket, "survey taken back")


def answer_survey(desk: Desk, public_id: UUID, *, score: int, comment: str) -> Survey:
    """Record an answer from the page; within a day a person may change their mind. Raises `NotFound` and `Invalid`."""
    survey = desk.session.scalar(select(Survey).where(Survey.public_id == public_id).with_for_update())
    if survey is None:
        raise NotFound("This question is no longer open.")
    if not 0 <= score <= 10:
        raise Invalid("Choose a number from 0 to 10.", field="score")
    if is_settled(desk, survey):
        raise Refused("You have answered this question already. Thank you!")
    _write(desk, survey, score, comment)
    return survey


def is_settled(desk: Desk, survey: Survey) -> bool:
    """Tell whether an answer stands because its day to change it is over."""
    return survey.answered_at is not None and desk.clock.now() - survey.answered_at > CHANGE_OF_MIND


def find_answer(desk: Desk, contact_id: int, text: str) -> Answer | None:
    """Read a text as the answer to the question last asked of a person by text, within a week; None where it is none.

    '1' may answer another question of ours: where the help centre answered them by text since, it is what they say of that.
    """
    read = read_score(text)
    if read is None:
        return None
    now = desk.clock.now()
    asked = and_(
        Survey.contact_id == contact_id,
        Survey.channel == "sms",
        Survey.created_at > now - ANSWERED_WITHIN,
        or_(Survey.answered_at.is_(None), Survey.answered_at >= now - CHANGE_OF_MIND),
    )
    query = (
        select(Survey).where(asked, ~answered_since(contact_id, Survey.created_at)).order_by(Survey.id.desc()).limit(1)
    )
    survey = desk.session.scalar(query.with_for_update())
    return Answer(survey, *read) if survey is not None else None


def answered_since(contact_id: int, asked_at: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
    """Return the condition under which the help centre answered somebody by text after something else was asked of them."""
    return exists().where(
        GivenAnswer.ticket_id == Ticket.id,
        Ticket.contact_id == contact_id,
        GivenAnswer.state == AnswerState.OPEN,
        GivenAnswer.channel == "sms",
        GivenAnswer.created_at >= asked_at,
    )


def take_answer(desk: Desk, answer: Answer, message: Message) -> None:
    """Keep an answer that came by text; its words are a message like any other, mere thanks and numbers are no matter."""
    _write(desk, answer.survey, answer.score, answer.comment)
    message.kind = SURVEY_ANSWER
    if answer.says_nothing_more:
        message.triaged_at = desk.clock.now()
        message.may_answer = False


def find_survey(desk: Desk, public_id: UUID) -> Survey:
    """Return a survey by the id in its link; raises `NotFound`."""
    survey = desk.session.scalar(select(Survey).where(Survey.public_id == public_id))
    if survey is None:
        raise NotFound("This question is no longer open.")
    return survey


def open_survey_of(desk: Desk, ticket: Ticket, contact_id: int) -> Survey | None:
    """Return the question somebody was asked after a ticket and has not answered."""
    query = select(Survey).where(
        Survey.ticket_id == ticket.id, Survey.contact_id == contact_id, Survey.answered_at.is_(None)
    )
    return desk.session.scalar(query.order_by(Survey.id.desc()).limit(1))


def _write(desk: Desk, survey: Survey, score: int, comment: str) -> None:
    first = survey.answered_at is None
    survey.score = score
    survey.comment = comment.replace("\0", "").strip()[:LONGEST_COMMENT] or survey.comment
    survey.answered_at = survey.answered_at or desk.clock.now()
    ticket = desk.session.get(Ticket, survey.ticket_id)
    assert ticket is not None
    record(desk, ticket, "survey answered" if first else "survey answer changed", score=score)
    settle_call_back(desk, ticket, survey)


def _may_ask(desk: Desk, contact: Contact) -> bool:
    now = desk.clock.now()
    last = desk.session.scalar(select(func.max(Survey.created_at)).where(Survey.contact_id == contact.id))
    out = desk.session.scalar(
        select(Identity.id)
        .where(
            Identity.contact_id == contact.id, Identity.kind == IdentityKind.PHONE, Identity.opted_out_at.is_not(None)
        )
        .limit(1)
    )
    former = bool(find_former(desk, [contact.id], on=now.date()))
    return may_ask(now=now, last_asked_at=last, opted_out=out is not None, former_resident=former)
