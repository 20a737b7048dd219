"""Step 3: what each message is about, who it goes to, and what can be answered or set in motion at once."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy import select

from channels.message import Kind
from classifiers.classifier import Band, Triage
from hub.desk import Desk
from hub.domain.notification import Notice
from hub.domain.routing import Route, route
from hub.domain.ticket import Priority, TicketStatus, raise_priority
from hub.models import Contact, Message, Prediction, Ticket
from hub.services.emergencies.emergencies import suspect_emergency
from hub.services.help.answering import Advice, advise, answer_by_machine, keep_suggestions
from hub.services.help.given_answers import hear_verdict
from hub.services.inbox.notifications import notify
from hub.services.intake.piece import SUSPECTED
from hub.services.metrics.clocks import start_clock
from hub.services.operations.fix_checks import hear_fix
from hub.services.operations.tasks import create_task_from_ticket
from hub.services.sending.acknowledge import acknowledge
from hub.services.settings.configuration import Directory, read_directory
from hub.services.settings.queue_settings import makes_tasks
from hub.services.tickets.history import record
from hub.services.tickets.standing_alone import stands_alone
from hub.services.triage.routing_rules import follow_rules, rules_of

log = logging.getLogger(__name__)

BATCH = 64
LONGEST = 4000


def triage(desk: Desk, *, limit: int = BATCH, only: Sequence[int] = ()) -> int:
    """Triage the next messages that wait and return how many there were.

    The classifier thinks before any ticket is locked: who opens one meanwhile waits for no model.
    """
    with desk.transaction() as session:
        waiting = (
            select(Message)
            .where(Message.triaged_at.is_(None), Message.direction == "in")
            # What may be a danger first; then texts, before a backlog of mail.
            .order_by(Message.facts.has_key(SUSPECTED).desc(), Message.channel == "email", Message.id)
            .limit(limit)
            .with_for_update(skip_locked=True, key_share=True)
        )
        if only:
            waiting = waiting.where(Message.id.in_(only))
        messages = session.scalars(waiting).all()
        if not messages:
            return 0
        theirs = select(Ticket).where(Ticket.id.in_({each.ticket_id for each in messages})).order_by(Ticket.id)
        before = {each.id: each for each in session.scalars(theirs)}
        classifier = desk.open_classifier()
        thoughts = classifier.triage([_words(each, before[each.ticket_id]) for each in messages])
        directory = read_directory(desk)
        locked = session.scalars(theirs.with_for_update().execution_options(populate_existing=True))
        tickets = {each.id: each for each in locked}
        contact_ids = {each.contact_id for each in tickets.values() if each.contact_id}
        contacts = {each.id: each for each in session.scalars(select(Contact).where(Contact.id.in_(contact_ids)))}
        for message, thought in zip(messages, thoughts, strict=True):
            ticket = tickets[message.ticket_id]
            if message.kind != Kind.PERSONAL or message.history:
                _pass_by(desk, directory, ticket)
            else:
                ruled = follow_rules(rules_of(directory.companies[ticket.company_id]), thought)
                _keep(desk, message, ruled, trouble=classifier.trouble)
                _triage_one(desk, directory, ticket, message, contacts.get(ticket.contact_id or 0), ruled)
                notify(desk, ticket, ticket.assignee_id, Notice.ANSWER, f"m{message.id}", by=ticket.requester_name)
            message.triaged_at = desk.clock.now()
        desk.reach("triage.done")
        return len(messages)


def _words(message: Message, ticket: Ticket) -> str:
    """Return what a message is judged by: its own words, with the subject where it opened the ticket."""
    opening = message.id == ticket.last_inbound_id and ticket.status == TicketStatus.NEW
    return f"{message.subject}\n{message.reply_text}"[:LONGEST] if opening else message.reply_text[:LONGEST]


def _pass_by(desk: Desk, directory: Directory, ticket: Ticket) -> None:
    """Leave a ticket where it is: nobody asked anything."""
    if ticket.status == TicketStatus.NEW and not ticket.band:
        ticket.band = Band.SILENT
    start_clock(desk, directory, ticket)


def _triage_one(
    desk: Desk, directory: Directory, ticket: Ticket, message: Message, contact: Contact | None, thought: Triage
) -> None:
    if thought.emergency is not None and not ticket.emergency:
        suspect_emergency(desk, directory, ticket, message, thought.emergency)
    elif thought.emergency is None and (
        hear_fix(desk, ticket, message) or hear_verdict(desk, directory, ticket, message)
    ):
        return
    opening = not ticket.band
    decided = route(
        thought_band=thought.band,
        queue=thought.queue,
        opening=opening,
        emergency=ticket.emergency and (opening or thought.emergency is not None),
        needs_task=thought.needs_task,
    )
    if opening:
        _apply(desk, ticket, message, thought, decided)
    else:
        _raise(desk, ticket, message, thought)
    works = decided.makes_task and makes_tasks(desk, ticket)
    advice = (
        advise(desk, ticket, message, contact, thought)
        if not ticket.emergency
        else Advice.nothing("An emergency is answered by people.")
    )
    keep_suggestions(desk, ticket, message, advice)
    asks_afresh = opening or (not thought.needs_task and stands_alone(desk, ticket, message))
    questions_only = asks_afresh and not ticket.emergency and not works
    answered = questions_only and answer_by_machine(desk, directory, ticket, message, advice)
    if opening and not answered:
        acknowledge(desk, directory, ticket, message, contact)
    if works:
        create_task_from_ticket(desk, directory, ticket, message.reply_text, topic=thought.topic)
    start_clock(desk, directory, ticket)


def _apply(desk: Desk, ticket: Ticket, message: Message, thought: Triage, decided: Route) -> None:
    ticket.topic = thought.topic
    ticket.band = thought.band
    if decided.queue and not ticket.emergency:
        ticket.queue = decided.queue
    ticket.priority = raise_priority(Priority(ticket.priority), Priority(str(thought.priority)))
    record(
        desk,
        ticket,
        "triaged",
        message_id=message.id,
        queue=ticket.queue,
        topic=thought.topic,
        band=str(thought.band),
        confidence=round(thought.confidence, 3),
    )


def _raise(desk: Desk, ticket: Ticket, message: Message, thought: Triage) -> None:
    """Raise a ticket that was triaged before when a further message is more urgent; nothing else moves, nothing falls."""
    proposed = Priority(str(thought.priority))
    if proposed not in {
        Priority.HIGH,
        Priority.URGENT,
    }:  # an agent who chose low is not overruled by an ordinary message
        return
    before = Priority(ticket.priority)
    ticket.priority = raise_priority(before, proposed)
    if ticket.priority != before:
        record(desk, ticket, "priority raised", message_id=message.id, before=before, after=ticket.priority)


def _keep(desk: Desk, message: Message, thought: Triage, *, trouble: str) -> None:
    desk.session.add(
        Prediction(
            company_id=message.company_id,
            message_id=message.id,
            ticket_id=message.ticket_id,
            topic=thought.topic,
            queue=str(thought.queue),
            priority=str(thought.priority),
            confidence=thought.confidence,
            band=str(thought.band),
            emergency=str(thought.emergency.kind) if thought.emergency else "",
            alternatives=[
                {"queue": str(each.label), "confidence": round(each.confidence, 4)} for each in thought.alternatives
            ],
            evidence=list(thought.evidence),
            model=trouble,
        )
    )
