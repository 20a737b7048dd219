"""One question after a ticket is closed, by the channel the person used, and what they answer."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, func, select

from channels.message import IdentityKind
from hub.desk import Desk
from hub.domain.delivery import UNDO, OutboxState, Purpose
from hub.domain.survey import ANSWERED_WITHIN, CHANGE_OF_MIND, may_ask, read_score
from hub.domain.ticket import TicketStatus
from hub.errors import Invalid, NotFound, Refused
from hub.models import Contact, Identity, Lease, LeaseParty, Message, OutboxRow, Survey, Ticket
from hub.services.answer_target import reply_target
from hub.services.configuration import read_directory
from hub.services.history import record
from hub.services.outgoing import Letter, post

LONGEST_COMMENT = 4000


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
        Purpose.SURVEY, words, subject=f"One question about #{ticket.id}", not_before=desk.clock.now() + UNDO
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
    now = desk.clock.now()
    if survey.answered_at is not None and now - survey.answered_at > CHANGE_OF_MIND:
        raise Refused("You have answered this question already. Thank you!")
    _write(desk, survey, score, comment)
    return survey


def take_answer(desk: Desk, ticket: Ticket, message: Message) -> bool:
    """Read a text as the answer to a question asked by text; it is kept as a message, and the closed ticket stays closed."""
    if message.channel != "sms" or message.contact_id is None:
        return False
    now = desk.clock.now()
    survey = desk.session.scalar(
        select(Survey)
        .where(
            Survey.contact_id == message.contact_id, Survey.channel == "sms", Survey.created_at > now - ANSWERED_WITHIN
        )
        .order_by(Survey.id.desc())
        .limit(1)
        .with_for_update()
    )
    read = read_score(message.text) if survey is not None else None
    if survey is None or read is None:
        return False
    if survey.answered_at is not None and now - survey.answered_at > CHANGE_OF_MIND:
        return False
    _write(desk, survey, read[0], read[1])
    message.kind = "survey_answer"
    message.triaged_at = now
    message.may_answer = False
    ticket.status = TicketStatus.CLOSED
    ticket.closed_at = ticket.closed_at or now
    ticket.waiting_since = None
    ticket.unread = False
    return True


def find_survey(desk: Desk, public_id: UUID) -> Survey:
    """Return a survey by the id in its link; raises `NotFound`."""
    survey = desk.session.scalar(select(Survey).where(Survey.public_id == public_id))
    if survey is None:
        raise NotFound("This question is no longer open.")
    return survey


def _write(desk: Desk, survey: Survey, score: int, comment: str) -> None:
    first = survey.answered_at is None
    survey.score = score
    survey.comment = comment.replace("\0", "").strip()[:LONGEST_COMMENT] or survey.comment
    survey.answered_at = survey.answered_at or desk.clock.now()
    ticket = desk.session.get(Ticket, survey.ticket_id)
    assert ticket is not None
    record(desk, ticket, "survey answered" if first else "survey answer changed", score=score)


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
    return may_ask(now=now, last_asked_at=last, opted_out=out is not None, former_resident=_moved_out(desk, contact))


def _moved_out(desk: Desk, contact: Contact) -> bool:
    """Tell whether a contact had leases and none of them still runs."""
    today = desk.clock.now().date()
    ends = desk.session.scalars(
        select(Lease.ends_on)
        .join(LeaseParty, LeaseParty.lease_id == Lease.id)
        .where(LeaseParty.contact_id == contact.id)
    ).all()
    return bool(ends) and all(each is not None and each <= today for each in ends)
